"""Waiting until nothing is due, and sending the world forward without skipping what would have happened in between."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.box import Box
from sandbox.clock import parse_time
from sandbox.model import Json

DEFAULT_TIMEOUT = 15.0
_POLL = 0.015
_PROBE = ClientTimeout(total=3)


class Settler:
    """Asks the bot's /readyz, when it is known, and the queue of updates."""

    def __init__(self, box: Box, session: ClientSession) -> None:
        self._box, self._session = box, session

    async def settle(self, patience: float = DEFAULT_TIMEOUT) -> bool:
        """True when no update is undelivered, the bot polls past the last one and says that nothing is due."""
        deadline = time.monotonic() + patience
        while True:
            if await self._quiet():
                return True
            if time.monotonic() >= deadline:
                return False
            await asyncio.sleep(_POLL)

    async def advance(self, seconds: float, patience: float = DEFAULT_TIMEOUT) -> bool:
        """Walks from due moment to due moment, settling at each; whether all of them settled. `patience` is for each, in seconds."""
        async with self._box.advancing:
            clock = self._box.clock
            target = clock.now() + seconds
            settled = await self.settle(patience)
            while True:
                wake = await self._next_wake()
                if wake is None or not clock.now() < wake < target:
                    break
                self._jump(wake)
                settled = await self.settle(patience) and settled
            self._jump(target)
            return await self.settle(patience) and settled

    def _jump(self, to: float) -> None:
        clock = self._box.clock
        clock.jump(to)
        self._box.bus.all("clock", {"now": clock.iso(), "version": clock.version})

    async def _quiet(self) -> bool:
        box = self._box
        if box.queue.pending:
            return False
        if box.readyz is None:
            return True
        state = await self._readyz()
        if state is None or state.get("inbox") or state.get("outbox"):
            return False
        if int(state.get("clock_version") or 0) < box.clock.version:
            return False
        wake = _moment(state.get("next_wake"))
        # What it said may be older than an update that came meanwhile.
        return not box.queue.pending and (wake is None or wake > box.clock.now())

    async def _next_wake(self) -> float | None:
        state = await self._readyz() if self._box.readyz is not None else None
        return _moment(state.get("next_wake")) if state is not None else None

    async def _readyz(self) -> Json | None:
        try:
            async with self._session.get(self._box.readyz or "", timeout=_PROBE) as answer:
                state = await answer.json(content_type=None)
        except (ClientError, TimeoutError, ValueError):
            return None
        return state if isinstance(state, dict) else None


def _moment(text: object) -> float | None:
    if not isinstance(text, str):
        return None
    try:
        moment: datetime = parse_time(text)
    except ValueError:
        return None
    return moment.timestamp()
