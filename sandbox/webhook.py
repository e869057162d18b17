"""The webhook: where updates are posted, in the order of their chats, and what happens when the other side doesn't take one.

Everything here runs on machine time, like the queue. Only this machine is ever asked: the sandbox talks to no other host.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.model import Json
from sandbox.updates import Queue, Update

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST_CONNECTIONS, USUAL_CONNECTIONS = 100, 40
LONGEST_WAIT = 3600
"""Seconds: so far is Retry-After honoured."""
_CAP = (60, 120)
_PATIENCE = ClientTimeout(total=30)
_OF_TAPS = 3 << 33
"""Taps wait in a line of their own for each person, apart from the line of their chat."""


@dataclass(slots=True)
class Target:
    """What setWebhook was told. An empty url: no webhook."""

    url: str = ""
    secret: str = ""
    connections: int = USUAL_CONNECTIONS
    allowed: list[str] | None = None


@dataclass(slots=True)
class Webhook:
    """Posts what the queue holds, while there is an address. `speed`: so many times faster than real it waits before a retry."""

    queue: Queue
    speed: float = 1.0
    target: Target = field(default_factory=Target)
    set_at: float = float("-inf")
    error_at: int = 0
    error: str = ""
    failing: set[int] = field(default_factory=set)
    _lines: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    @property
    def online(self) -> bool:
        """Whether somebody takes the updates, as far as was seen."""
        return bool(self.target.url) and not self.failing

    def point(self, target: Target) -> None:
        """Post to `target` from now on; to nobody, when it has no url."""
        self.target, self.set_at, self.error_at, self.error = target, time.monotonic(), 0, ""
        self.stop()
        self.queue.arrived.set()

    def stop(self) -> None:
        for task in self._lines.values():
            task.cancel()
        self._lines.clear()
        self.failing.clear()

    def kept(self) -> Json:
        """For the store."""
        return asdict(self.target)

    async def serve(self, session: ClientSession) -> None:
        """Runs until cancelled."""
        try:
            while True:
                await self.queue.arrived.wait()
                self.queue.arrived.clear()
                self._start_lines(session)
        finally:
            self.stop()

    def _start_lines(self, session: ClientSession) -> None:
        if not self.target.url:
            return
        for update in list(self.queue.pending.values()):
            if len(self._lines) >= self.target.connections:
                return
            line = line_of(update)
            if line not in self._lines:
                self._lines[line] = asyncio.create_task(self._post_line(session, line))

    async def _post_line(self, session: ClientSession, line: int) -> None:
        """Posts the updates of one line one after the other: the next only when the one before was taken or has expired."""
        waits = _waits()
        try:
            while (update := self._next(line)) is not None:
                wait = await self._post(session, update)
                if wait is None:
                    self.failing.discard(line)
                    self.queue.remove([update.id])
                    waits = _waits()
                else:
                    self.failing.add(line)
                    await asyncio.sleep(max(wait, next(waits)) / self.speed)
        finally:
            self.failing.discard(line)
            if self._lines.get(line) is asyncio.current_task():
                del self._lines[line]
                # Another line may have waited for this connection.
                self.queue.arrived.set()

    def _next(self, line: int) -> Update | None:
        self.queue.drop_expired()
        return next((update for update in self.queue.pending.values() if line_of(update) == line), None)

    async def _post(self, session: ClientSession, update: Update) -> float | None:
        """None when it was taken, else how many seconds the other side asked to be left alone."""
        headers = {"Content-Type": "application/json", **({SECRET_HEADER: self.target.secret} if self.target.secret else {})}
        try:
            async with session.post(self.target.url, data=update.body, headers=headers, timeout=_PATIENCE, allow_redirects=False) as answer:
                if answer.status // 100 == 2:
                    return None
                self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                asked = answer.headers.get("Retry-After", "")
                return float(min(int(asked), LONGEST_WAIT)) if asked.isdecimal() else 0.0
        except TimeoutError:
            self._failed("Read timeout expired")
        except ClientError:
            self._failed("Connection refused")
        return 0.0

    def _failed(self, why: str) -> None:
        self.error, self.error_at = why, int(time.time())


def line_of(update: Update) -> int:
    """Updates of one line keep their order (botapi.md 3): a chat's messages, one person's taps, anything else by its kind."""
    if update.line is None:
        update.line = _find_line(update.body)
    return update.line


def _find_line(body: bytes) -> int:
    kind, payload = next((name, value) for name, value in json.loads(body).items() if name != "update_id")
    if kind == "callback_query":
        return int(payload["from"]["id"]) + _OF_TAPS
    chat = payload.get("chat") or payload.get("from") or {}
    return int(chat.get("id", 0))


def _waits() -> Iterator[float]:
    """Seconds before the next try: the first retry is at once."""
    yield 0
    wait = 2.0
    while wait < _CAP[0]:
        yield wait
        wait *= 2
    while True:
        yield random.uniform(*_CAP)
