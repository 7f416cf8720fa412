"""Drive the conformance server with the official Python SDK and print what came back as one JSON object.

usage: everything.py [--era legacy|modern] stdio COMMAND [ARG ...]
       everything.py [--era legacy|modern] http URL
"""

import argparse
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import mcp_types as types
from list_and_query import connect, settled, tool_names
from mcp import Client

sys.path.insert(0, str(Path(__file__).parent.parent))
import driver


def callbacks(seen: driver.Seen) -> dict[str, Any]:
    async def elicit(_context: Any, params: types.ElicitRequestFormParams) -> types.ElicitResult:
        return types.ElicitResult(
            action="accept", content=seen.elicitation(params.message, params.requested_schema)
        )

    async def sample(_context: Any, params: types.CreateMessageRequestParams) -> types.CreateMessageResult:
        content = types.TextContent(type="text", text=seen.sampling(params.messages))
        return types.CreateMessageResult(role="assistant", content=content, model="none", stop_reason="endTurn")

    async def roots(_context: Any) -> types.ListRootsResult:
        return types.ListRootsResult(roots=[types.Root(uri=driver.ROOT, name="workspace")])

    async def message(message: Any) -> None:
        if isinstance(message, types.ResourceUpdatedNotification):
            seen.resource_updated(message.params.uri)

    return {
        "elicitation_callback": elicit,
        "sampling_callback": sample,
        "list_roots_callback": roots,
        "logging_callback": seen.logged,
        "message_handler": message,
        # The older era has a method instead.
        "log_level": "info",
    }


class Peer:
    def __init__(self, client: Client, era: str, seen: driver.Seen) -> None:
        self.client, self.era, self.seen = client, era, seen
        self.version = client.protocol_version

    async def tools(self) -> list[str]:
        return await tool_names(self.client)

    async def call(self, name: str, values: dict[str, Any]) -> str | None:
        return driver.first_text((await self.client.call_tool(name, values)).content)

    async def call_with_progress(self, name: str) -> None:
        await self.client.call_tool(name, {}, progress_callback=self.seen.progressed)

    async def call_with_logs(self, name: str) -> None:
        if self.era == "legacy":
            await self.client.set_logging_level("info")
        await self.client.call_tool(name, {})

    async def read(self, uri: str) -> Any:
        content = (await self.client.read_resource(uri)).contents[0]
        return {"uri": str(content.uri), "text": content.text}

    async def watch(self, uri: str, change: Callable[[], Awaitable[Any]]) -> str | None:
        if self.era == "modern":
            async with self.client.listen(resource_subscriptions=[uri]) as subscription:
                await change()
                return str((await anext(subscription)).uri)
        await self.client.subscribe_resource(uri)
        await change()
        await self.seen.update.wait()
        await self.client.unsubscribe_resource(uri)
        return self.seen.updated

    async def cancel(self, name: str, values: dict[str, Any], begun: Callable[[], Awaitable[Any]]) -> bool:
        return await driver.cancelled(self.client.call_tool(name, values), begun)


async def drive(arguments: argparse.Namespace) -> dict[str, Any]:
    seen = driver.Seen()
    async with connect(arguments, **callbacks(seen)) as client:
        return await driver.everything(Peer(client, settled(client, arguments), seen))


if __name__ == "__main__":
    sys.exit(driver.main(drive, driver.parser(__doc__.splitlines()[0], ["legacy", "modern"])))
