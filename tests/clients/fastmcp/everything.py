"""Drive the conformance server with FastMCP's client and print what came back as one JSON object.

usage: everything.py [--era legacy|modern] stdio COMMAND [ARG ...]
       everything.py [--era legacy|modern] http URL
"""

import argparse
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastmcp.client import Client
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport
from mcp.client.subscriptions import listen
from mcp_types import ResourceUpdatedNotification

sys.path.insert(0, str(Path(__file__).parent.parent))
import driver


def callbacks(seen: driver.Seen) -> dict[str, Any]:
    async def elicit(message: str, _type: Any, params: Any, _context: Any) -> dict[str, Any]:
        return seen.elicitation(message, params.requested_schema)

    async def sample(messages: list[Any], _params: Any, _context: Any) -> str:
        return seen.sampling(messages)

    async def message(message: Any) -> None:
        if isinstance(message, ResourceUpdatedNotification):
            seen.resource_updated(message.params.uri)

    return {
        "elicitation_handler": elicit,
        "sampling_handler": sample,
        "roots": [driver.ROOT],
        "log_handler": seen.logged,
        "message_handler": message,
    }


class Peer:
    def __init__(self, client: Client, era: str, seen: driver.Seen) -> None:
        self.client, self.era, self.seen = client, era, seen
        self.version = client.protocol_version

    async def tools(self) -> list[str]:
        return [tool.name for tool in await self.client.list_tools()]

    async def call(self, name: str, values: dict[str, Any]) -> str | None:
        return driver.first_text((await self.client.call_tool(name, values)).content)

    async def call_with_progress(self, name: str) -> None:
        await self.client.call_tool(name, {}, progress_handler=self.seen.progressed)

    async def call_with_logs(self, name: str) -> None:
        # In the newer era it asks for all levels by itself.
        if self.era == "legacy":
            await self.client.set_logging_level("info")
        await self.client.call_tool(name, {})

    async def read(self, uri: str) -> Any:
        content = (await self.client.read_resource(uri))[0]
        return {"uri": str(content.uri), "text": content.text}

    async def watch(self, uri: str, change: Callable[[], Awaitable[Any]]) -> str | None:
        # It has no method of its own for subscriptions.
        session = self.client.session
        if self.era == "modern":
            async with listen(session, resource_subscriptions=[uri]) as subscription:
                await change()
                return str((await anext(subscription)).uri)
        await session.subscribe_resource(uri)
        await change()
        await self.seen.update.wait()
        await session.unsubscribe_resource(uri)
        return self.seen.updated

    async def cancel(self, name: str, values: dict[str, Any], begun: Callable[[], Awaitable[Any]]) -> bool:
        return await driver.cancelled(self.client.call_tool(name, values), begun)


async def drive(arguments: argparse.Namespace) -> dict[str, Any]:
    target = arguments.target
    if arguments.transport == "stdio":
        transport = StdioTransport(target[0], target[1:], env=driver.environment(), keep_alive=False)
    else:
        transport = StreamableHttpTransport(target[0])
    seen = driver.Seen()
    mode = "legacy" if arguments.era == "legacy" else "auto"
    async with Client(transport, mode=mode, **callbacks(seen)) as client:
        return await driver.everything(Peer(client, arguments.era, seen))


if __name__ == "__main__":
    sys.exit(driver.main(drive, driver.parser(__doc__.splitlines()[0], ["legacy", "modern"])))
