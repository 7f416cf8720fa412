"""Drive the conformance server with version 1 of the official Python SDK and print what came back as one JSON object.

Its newest revision is 2025-06-18.

usage: everything.py stdio COMMAND [ARG ...]
       everything.py http URL
       everything.py sse URL
"""

import argparse
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from mcp import ClientSession, StdioServerParameters, stdio_client, types
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamablehttp_client
from pydantic import AnyUrl

sys.path.insert(0, str(Path(__file__).parent.parent))
import driver


def callbacks(seen: driver.Seen) -> dict[str, Any]:
    async def elicit(_context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
        return types.ElicitResult(action="accept", content=seen.elicitation(params.message, params.requestedSchema))

    async def sample(_context: Any, params: types.CreateMessageRequestParams) -> types.CreateMessageResult:
        content = types.TextContent(type="text", text=seen.sampling(params.messages))
        return types.CreateMessageResult(role="assistant", content=content, model="none", stopReason="endTurn")

    async def roots(_context: Any) -> types.ListRootsResult:
        return types.ListRootsResult(roots=[types.Root(uri=driver.ROOT, name="workspace")])

    async def message(message: Any) -> None:
        root = getattr(message, "root", None)
        if isinstance(root, types.ResourceUpdatedNotification):
            seen.resource_updated(root.params.uri)

    return {
        "elicitation_callback": elicit,
        "sampling_callback": sample,
        "list_roots_callback": roots,
        "logging_callback": seen.logged,
        "message_handler": message,
    }


class Peer:
    def __init__(self, session: ClientSession, version: str, seen: driver.Seen) -> None:
        self.session, self.version, self.seen = session, version, seen

    async def tools(self) -> list[str]:
        async def fetch(cursor: str | None) -> tuple[Any, str | None]:
            page = await self.session.list_tools(cursor)
            return page.tools, page.nextCursor

        return await driver.names(fetch)

    async def call(self, name: str, values: dict[str, Any]) -> str | None:
        return driver.first_text((await self.session.call_tool(name, values)).content)

    async def call_with_progress(self, name: str) -> None:
        await self.session.call_tool(name, {}, progress_callback=self.seen.progressed)

    async def call_with_logs(self, name: str) -> None:
        await self.session.set_logging_level("info")
        await self.session.call_tool(name, {})

    async def read(self, uri: str) -> Any:
        content = (await self.session.read_resource(AnyUrl(uri))).contents[0]
        return {"uri": str(content.uri), "text": content.text}

    async def watch(self, uri: str, change: Callable[[], Awaitable[Any]]) -> str | None:
        await self.session.subscribe_resource(AnyUrl(uri))
        await change()
        await self.seen.update.wait()
        await self.session.unsubscribe_resource(AnyUrl(uri))
        return self.seen.updated

    async def cancel(self, name: str, values: dict[str, Any], begun: Callable[[], Awaitable[Any]]) -> bool:
        # This SDK tells the server nothing when a task is cancelled, nor the caller the id of a request.
        request = self.session._request_id

        async def tell() -> None:
            await begun()
            params = types.CancelledNotificationParams(requestId=request, reason="not needed any more")
            notification = types.CancelledNotification(method="notifications/cancelled", params=params)
            await self.session.send_notification(types.ClientNotification(notification))

        return await driver.cancelled(self.session.call_tool(name, values), tell)


def connect(arguments: argparse.Namespace) -> Any:
    target = arguments.target
    if arguments.transport == "stdio":
        return stdio_client(
            StdioServerParameters(command=target[0], args=target[1:], env=driver.environment())
        )
    return (sse_client if arguments.transport == "sse" else streamablehttp_client)(target[0])


async def drive(arguments: argparse.Namespace) -> dict[str, Any]:
    seen = driver.Seen()
    async with connect(arguments) as (read, write, *_), ClientSession(read, write, **callbacks(seen)) as session:
        version = str((await session.initialize()).protocolVersion)
        return await driver.everything(Peer(session, version, seen))


if __name__ == "__main__":
    sys.exit(driver.main(drive, driver.parser(__doc__.splitlines()[0], ["legacy"])))
