"""Drive an MCP server with the official Python SDK and print what came back as one JSON object.

usage: list_and_query.py [--era legacy|modern|auto] [--sql SQL] stdio COMMAND [ARG ...]
       list_and_query.py [--era legacy|modern|auto] [--sql SQL] http URL

Options stand before the transport: everything after `stdio` belongs to the server's command.
A tool that fails is reported in `is_error`; everything else that goes wrong ends with exit code 1
and a message on stderr.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import anyio
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

TIMEOUT_SECONDS = 60
MAX_PAGES = 100
DEFAULT_SQL = "select id, name from customers order by id limit 3"


class DriverError(Exception):
    """The server answered, but not as it had to."""


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="List the tools, run one query, ask for the time.")
    parser.add_argument("--era", choices=["legacy", "modern", "auto"], default="auto")
    parser.add_argument("--sql", default=DEFAULT_SQL)
    parser.add_argument("transport", choices=["stdio", "http"])
    parser.add_argument("target", nargs=argparse.REMAINDER, help="the command with its arguments, or the url")
    arguments = parser.parse_args()
    if not arguments.target:
        parser.error(f"{arguments.transport} needs a {'command' if arguments.transport == 'stdio' else 'url'}")
    if arguments.transport == "http" and len(arguments.target) != 1:
        parser.error("http takes exactly one url, and options stand before it")
    return arguments


def server_of(transport: str, target: list[str]) -> StdioServerParameters | str:
    if transport == "http":
        return target[0]
    # The SDK hands a child only a few variables; the test decides what the server's environment is.
    return StdioServerParameters(command=target[0], args=target[1:], env=dict(os.environ))


async def tool_names(client: Client) -> list[str]:
    names: list[str] = []
    cursor = None
    for _ in range(MAX_PAGES):
        page = await client.list_tools(cursor=cursor)
        names += [tool.name for tool in page.tools]
        cursor = page.next_cursor
        if cursor is None:
            return names
    raise DriverError(f"tools/list did not end after {MAX_PAGES} pages")


def first_text(result: CallToolResult) -> str | None:
    return next((block.text for block in result.content if isinstance(block, TextContent)), None)


async def drive(arguments: argparse.Namespace) -> dict[str, Any]:
    # Pinning a modern revision would skip server/discover, so `modern` is `auto` without the fallback.
    mode = "legacy" if arguments.era == "legacy" else "auto"
    async with Client(server_of(arguments.transport, arguments.target), mode=mode) as client:
        version = client.protocol_version
        era = "modern" if version in MODERN_PROTOCOL_VERSIONS else "legacy"
        if arguments.era == "modern" and era != "modern":
            raise DriverError(f"asked for the modern era, but the server settled on `{version}`")
        tools = await tool_names(client)
        query = await client.call_tool("db_query", {"sql": arguments.sql})
        time = await client.call_tool("current_time", {"timezone": "Europe/Berlin"})
        if time.is_error:
            raise DriverError(f"current_time failed: {first_text(time)}")
        server = client.server_info
        return {
            "era": era,
            "protocol_version": version,
            "server": {"name": server and server.name, "version": server and server.version},
            "tools": tools,
            "structured": query.structured_content,
            "text": first_text(query),
            "is_error": query.is_error,
            "time": time.structured_content,
        }


async def drive_in_time(arguments: argparse.Namespace) -> dict[str, Any]:
    with anyio.fail_after(TIMEOUT_SECONDS):
        return await drive(arguments)


def leaves(error: BaseException) -> Iterator[BaseException]:
    """The errors inside an exception group, which is what a task group of the SDK raises."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaves(inner)
    else:
        yield error


def main() -> int:
    arguments = parse_arguments()
    try:
        report = asyncio.run(drive_in_time(arguments))
    except TimeoutError:
        print(f"error: no complete answer within {TIMEOUT_SECONDS} s", file=sys.stderr)
        return 1
    except Exception as error:
        for leaf in leaves(error):
            print(f"error: {type(leaf).__name__}: {leaf}", file=sys.stderr)
        return 1
    print(json.dumps(report, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
