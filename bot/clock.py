"""The only place where clocks are read: world time (may be fast-forwarded by a sandbox) and machine time (never jumps)."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

import aiohttp
import structlog

log = structlog.get_logger()

_STARTED_WALL = time.time()
_STARTED_MONOTONIC = time.monotonic()


def machine() -> float:
    """Unix seconds that only ever grow by elapsed time: a stepped system clock does not move leases or limits."""
    return _STARTED_WALL + (time.monotonic() - _STARTED_MONOTONIC)


class Clock(Protocol):
    """World time and its version (how often it was moved by hand)."""

    version: int

    def now(self) -> datetime: ...

    async def follow(self) -> None:
        """Keep up with the world's clock until cancelled."""

    async def moved(self) -> None:
        """Return when the clock has been moved by hand since the last call."""


class SystemClock:
    """The world's time is the machine's."""

    version = 0

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def follow(self) -> None:
        await asyncio.Event().wait()

    async def moved(self) -> None:
        await asyncio.Event().wait()


class SandboxClock:
    """World time told by a local messenger (`GET /sim/clock?after=`), running on between its answers."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._anchor = datetime.now(UTC)
        self._read = time.monotonic()
        self.version = -1
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self._anchor + timedelta(seconds=time.monotonic() - self._read)

    async def read(self, session: aiohttp.ClientSession) -> None:
        """One long poll; returns when the clock was moved or the poll ran out."""
        async with session.get(self._url, params={"after": str(self.version)}, timeout=aiohttp.ClientTimeout(total=70)) as answer:
            told = await answer.json()
        self._anchor = datetime.fromisoformat(told["now"])
        self._read = time.monotonic()
        if told["version"] != self.version:
            self.version = told["version"]
            self._moved.set()

    async def follow(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    await self.read(session)
                except (aiohttp.ClientError, TimeoutError, OSError):
                    await asyncio.sleep(0.3)

    async def moved(self) -> None:
        await self._moved.wait()
        self._moved.clear()
