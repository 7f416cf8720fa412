"""What the clients in Python share: the command line, the answers they give, and one JSON object at the end.

A client ends with exit code 1 and a message on stderr where anything else than a tool fails.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, Protocol

import anyio

# Less than the tests give a client: one that ends itself ends its server, too.
TIMEOUT_SECONDS = 20
MAX_PAGES = 100

# What the clients ask for, and what they answer when they are asked; the tests know these values.
WATCHED = "test://watched-resource"
STATIC = "test://static-text"
QUESTION = "Who are you?"
PERSON = {"username": "ada", "email": "ada@example.com"}
PROMPT = "What is the capital of France?"
COMPLETION = "Paris"
ROOT = "file:///workspace"


class DriverError(Exception):
    """The server answered, but not as it had to."""


def parser(description: str, eras: list[str]) -> argparse.ArgumentParser:
    """Options stand before the transport: everything after `stdio` belongs to the server's command."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--era", choices=eras, default=eras[-1])
    made.add_argument("transport", choices=["stdio", "http", "sse"])
    made.add_argument("target", nargs=argparse.REMAINDER, help="the command with its arguments, or the url")
    return made


def parse(made: argparse.ArgumentParser) -> argparse.Namespace:
    arguments = made.parse_args()
    if not arguments.target:
        made.error(f"{arguments.transport} needs a {'command' if arguments.transport == 'stdio' else 'url'}")
    if arguments.transport != "stdio" and len(arguments.target) != 1:
        made.error(f"{arguments.transport} takes exactly one url, and options stand before it")
    return arguments


def environment() -> dict[str, str]:
    """The SDK hands a child only a few variables; the test decides what the server's environment is."""
    return dict(os.environ)


async def names(fetch: Callable[[str | None], Awaitable[tuple[Iterable[Any], str | None]]]) -> list[str]:
    """The names of what a list method has, page by page."""
    found: list[str] = []
    cursor = None
    for _ in range(MAX_PAGES):
        page, cursor = await fetch(cursor)
        found += [item.name for item in page]
        if cursor is None:
            return found
    raise DriverError(f"a list did not end after {MAX_PAGES} pages")


def first_text(content: Iterable[Any]) -> str | None:
    return next((block.text for block in content if block.type == "text"), None)


class Seen:
    """What the server asked and told."""

    def __init__(self) -> None:
        self.elicited: list[Any] = []
        self.sampled: list[Any] = []
        self.progress: list[Any] = []
        self.logs: list[str] = []
        self.updated: str | None = None
        self.update = anyio.Event()

    def elicitation(self, message: str, schema: dict[str, Any]) -> dict[str, Any]:
        self.elicited.append([message, sorted(schema["required"])])
        return {**PERSON}

    def sampling(self, messages: list[Any]) -> str:
        self.sampled.append(messages[0].content.text)
        return COMPLETION

    async def progressed(self, progress: float, total: float | None, _message: str | None) -> None:
        self.progress.append([progress, total])

    async def logged(self, params: Any) -> None:
        self.logs.append(params.level)

    def resource_updated(self, uri: object) -> None:
        self.updated = str(uri)
        self.update.set()


class Peer(Protocol):
    """One client library, connected."""

    seen: Seen
    version: str

    async def tools(self) -> list[str]: ...
    async def call(self, name: str, values: dict[str, Any]) -> str | None: ...
    async def call_with_progress(self, name: str) -> None: ...
    async def call_with_logs(self, name: str) -> None: ...
    async def read(self, uri: str) -> Any: ...
    async def watch(self, uri: str, change: Callable[[], Awaitable[Any]]) -> str | None:
        """Subscribes, lets `change` happen, and waits until the server tells of it."""
        ...

    async def cancel(self, name: str, values: dict[str, Any], begun: Callable[[], Awaitable[Any]]) -> bool:
        """Calls, waits for what was asked later, and cancels; whether that ended the call."""
        ...


async def everything(peer: Peer) -> dict[str, Any]:
    """All that the conformance server can do with a client."""
    seen = peer.seen
    await peer.call_with_progress("test_tool_with_progress")
    await peer.call_with_logs("test_tool_with_logging")
    return {
        "protocol_version": peer.version,
        "tools": await peer.tools(),
        "echo": await peer.call("echo", {"text": "first"}),
        "resource": await peer.read(STATIC),
        "updated": await peer.watch(WATCHED, lambda: peer.call("test_update_watched_resource", {})),
        "elicitation": {"text": await peer.call("test_elicitation", {"message": QUESTION}), "asked": seen.elicited},
        "sampling": {"text": await peer.call("test_sampling", {"prompt": PROMPT}), "asked": seen.sampled},
        "roots": await peer.call("test_roots", {}),
        "progress": seen.progress,
        "logs": seen.logs,
        "cancelled": await peer.cancel("slow", {"ms": 30000}, lambda: peer.call("echo", {"text": "meanwhile"})),
        "after": await peer.call("echo", {"text": "after"}),
    }


class Ways(Protocol):
    """The requests of one client library; each gives its result as the library understood it."""

    async def tool(self, name: str, values: dict[str, Any]) -> Any: ...
    async def resource(self, uri: str) -> Any: ...
    async def prompt(self, name: str, values: dict[str, str]) -> Any: ...


async def answers(ways: Ways, requests: list[dict[str, Any]]) -> list[Any]:
    """Asks one after the other: each request names a `tool`, a `resource` or a `prompt`."""
    found = []
    for request in requests:
        if "tool" in request:
            result = await ways.tool(request["tool"], request["arguments"])
        elif "resource" in request:
            result = await ways.resource(request["resource"])
        else:
            result = await ways.prompt(request["prompt"], request["arguments"])
        found.append(result.model_dump(mode="json", by_alias=True, exclude_none=True))
    return found


async def cancelled(slow: Awaitable[Any], begun: Callable[[], Awaitable[Any]]) -> bool:
    """Cancels `slow` as a task once `begun` is over; whether it ended by that."""
    answers: list[Any] = []

    async def run() -> None:
        answers.append(await slow)

    async with anyio.create_task_group() as group:
        group.start_soon(run)
        await anyio.lowlevel.checkpoint()
        await begun()
        group.cancel_scope.cancel()
    return not answers


def leaves(error: BaseException) -> Iterator[BaseException]:
    """The errors inside an exception group, which is what a task group of the SDK raises."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaves(inner)
    else:
        yield error


def main(drive: Callable[[argparse.Namespace], Awaitable[dict[str, Any]]], made: argparse.ArgumentParser) -> int:
    arguments = parse(made)

    async def in_time() -> dict[str, Any]:
        with anyio.fail_after(TIMEOUT_SECONDS):
            return await drive(arguments)

    try:
        report = asyncio.run(in_time())
    except TimeoutError:
        print(f"error: no complete answer within {TIMEOUT_SECONDS} s", file=sys.stderr)
        return 1
    except Exception as error:
        for leaf in leaves(error):
            print(f"error: {type(leaf).__name__}: {leaf}", file=sys.stderr)
        return 1
    print(json.dumps(report, ensure_ascii=False))
    return 0
