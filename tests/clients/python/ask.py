"""Ask an MCP server what a file lists, with the official Python SDK, and print the answers as one JSON object.

usage: ask.py [--era legacy|modern] --requests FILE stdio COMMAND [ARG ...]
       ask.py [--era legacy|modern] --requests FILE http URL
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from mcp import Client

sys.path.insert(0, str(Path(__file__).parent.parent))
import driver
from list_and_query import connect, settled


class Ways:
    def __init__(self, client: Client) -> None:
        self.client = client

    async def tool(self, name: str, values: dict[str, Any]) -> Any:
        return await self.client.call_tool(name, values)

    async def resource(self, uri: str) -> Any:
        return await self.client.read_resource(uri)

    async def prompt(self, name: str, values: dict[str, str]) -> Any:
        return await self.client.get_prompt(name, values)


async def drive(arguments: argparse.Namespace) -> dict[str, Any]:
    requests = json.loads(Path(arguments.requests).read_text())
    async with connect(arguments) as client:
        settled(client, arguments)
        return {"protocol_version": client.protocol_version, "answers": await driver.answers(Ways(client), requests)}


if __name__ == "__main__":
    parser = driver.parser(__doc__.splitlines()[0], ["legacy", "modern"])
    parser.add_argument("--requests", required=True)
    sys.exit(driver.main(drive, parser))
