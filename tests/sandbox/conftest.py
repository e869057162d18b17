"""Sandboxes for these tests. Every answer that passes through them is held against the official list of types."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.sandbox import spec
from tests.sandbox_process import Json, Sandbox, SandboxProcess

HAVE_SPEC = spec.SPEC.exists()
_names = iter(range(1, 1_000_000))


class CheckedSandbox(Sandbox):
    """A client that lets no answer pass that the Bot API could not have given."""

    async def call(self, method: str, files: dict[str, tuple[str, bytes]] | None = None, **params: Any) -> tuple[int, Json]:
        status, body = await super().call(method, files, **params)
        if body["ok"] and HAVE_SPEC:
            spec.check_result(method, body["result"])
        return status, body

    async def newcomer(self, name: str = "路人") -> tuple[str, int]:
        """A person nobody has seen, who has pressed Start: (persona, chat id). Of the bot's queue nothing is left."""
        persona = f"p{next(_names)}"
        person = await self.post("/sim/personas", {"id": persona, "name": name})
        await self.act(persona, "start")
        await self.forget_updates()
        return persona, int(person["user_id"])

    async def group(self, *members: str, **wish: Any) -> int:
        """A new group with the bot as administrator; its id."""
        chat = await self.post("/sim/chats", {"title": "群", "members": list(members), **wish})
        return int(chat["id"])


@pytest.fixture(scope="session")
def demo_process() -> Iterator[SandboxProcess]:
    """The demo community, without limits, for the whole session."""
    process = SandboxProcess("--profile", "perfect")
    yield process
    process.stop()


@pytest.fixture(scope="session")
def empty_process() -> Iterator[SandboxProcess]:
    """A world with only the bot, without limits, for the whole session: tests may send its clock forward."""
    process = SandboxProcess("--profile", "perfect", "--empty")
    yield process
    process.stop()


@pytest.fixture
async def demo(demo_process: SandboxProcess) -> AsyncIterator[CheckedSandbox]:
    """The shared demo community, as if nothing had happened but what people said before."""
    async with CheckedSandbox(demo_process.url) as sandbox:
        await _calm(sandbox)
        yield sandbox


@pytest.fixture
async def empty(empty_process: SandboxProcess) -> AsyncIterator[CheckedSandbox]:
    """The shared world that began with only the bot."""
    async with CheckedSandbox(empty_process.url) as sandbox:
        await _calm(sandbox)
        yield sandbox


@pytest.fixture
async def fresh() -> AsyncIterator[CheckedSandbox]:
    """A sandbox of its own: only the bot, and nothing has happened."""
    process = SandboxProcess("--profile", "perfect", "--empty")
    async with CheckedSandbox(process.url) as sandbox:
        yield sandbox
    process.stop()


async def _calm(sandbox: CheckedSandbox) -> None:
    # An offset that is never the last one: the same again within seconds would be slowed down.
    await sandbox.api("getUpdates", allowed_updates=[], offset=2_100_000_000 + next(_names))
    await sandbox.forget_updates()
    await sandbox.post("/sim/reset")
    await sandbox.post("/sim/bot", {"readyz": None})
