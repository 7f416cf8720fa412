"""Drive an MCP server with the official Python SDK and print what came back as one JSON object.

usage: list_and_query.py [--era legacy|modern|auto] [--sql SQL] stdio COMMAND [ARG ...]
       list_and_query.py [--era legacy|modern|auto] [--sql SQL] http URL

A tool that fails is reported in `is_error`.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

sys.path.insert(0, str(Path(__file__).parent.parent))
import driver

DEFAULT_SQL = "select id, name from customers order by id limit 3"


def connect(arguments: argparse.Namespace, **options: Any) -> Client:
    target = arguments.target
    server: StdioServerParameters | str = target[0]
    if arguments.transport == "stdio":
        server = StdioServerParameters(command=target[0], args=target[1:], env=driver.environment())
    # Pinning a modern revision would skip server/discover, so `modern` is `auto` without the fallback.
    return Client(server, mode="legacy" if arguments.era == "legacy" else "auto", **options)


def settled(client: Client, arguments: argparse.Namespace) -> str:
    """The era that was agreed on."""
    era = "modern" if client.protocol_version in MODERN_PROTOCOL_VERSIONS else "legacy"
    if arguments.era not in (era, "auto"):
        raise driver.DriverError(f"asked for the {arguments.era} era, but got `{client.protocol_version}`")
    return era


async def tool_names(client: Client) -> list[str]:
    async def fetch(cursor: str | None) -> tuple[Any, str | None]:
        page = await client.list_tools(cursor=cursor)
        return page.tools, page.next_cursor

    return await driver.names(fetch)


async def drive(arguments: argparse.Namespace) -> dict[str, Any]:
    async with connect(arguments) as client:
        era = settled(client, arguments)
        tools = await tool_names(client)
        query = await client.call_tool("db_query", {"sql": arguments.sql})
        time = await client.call_tool("current_time", {"timezone": "Europe/Berlin"})
        if time.is_error:
            raise driver.DriverError(f"current_time failed: {driver.first_text(time.content)}")
        server = client.server_info
        return {
            "era": era,
            "protocol_version": client.protocol_version,
            "server": {"name": server and server.name, "version": server and server.version},
            "tools": tools,
            "structured": query.structured_content,
            "text": driver.first_text(query.content),
            "is_error": query.is_error,
            "time": time.structured_content,
        }


if __name__ == "__main__":
    parser = driver.parser("List the tools, run one query, ask for the time.", ["legacy", "modern", "auto"])
    parser.add_argument("--sql", default=DEFAULT_SQL)
    sys.exit(driver.main(drive, parser))
