"""Ask an MCP server what a file lists, with version 1 of the official Python SDK, and print the answers as one JSON object.

usage: ask.py --requests FILE stdio COMMAND [ARG ...]
       ask.py --requests FILE http URL
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from mcp import ClientSession
from pydantic import AnyUrl

sys.path.insert(0, str(Path(__file__).parent.parent))
import driver
from everything import connect


class Ways:
    def __init__(self, session: ClientSession) -> None:
        self.session = session

    async def tool(self, name: str, values: dict[str, Any]) -> Any:
        return await self.session.call_tool(name, values)

    async def resource(self, uri: str) -> Any:
        return await self.session.read_resource(AnyUrl(uri))

    async def prompt(self, name: str, values: dict[str, str]) -> Any:
        return await self.session.get_prompt(name, values)


async def drive(arguments: argparse.Namespace) -> dict[str, Any]:
    requests = json.loads(Path(arguments.requests).read_text())
    async with connect(arguments) as (read, write, *_), ClientSession(read, write) as session:
        version = str((await session.initialize()).protocolVersion)
        return {"protocol_version": version, "answers": await driver.answers(Ways(session), requests)}


if __name__ == "__main__":
    parser = driver.parser(__doc__.splitlines()[0], ["legacy"])
    parser.add_argument("--requests", required=True)
    sys.exit(driver.main(drive, parser))
