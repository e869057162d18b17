"""The bot's queue of updates and getUpdates on it: offsets, time to live, the one waiting poll, its 409s and the slow-down.

Everything here runs on machine time: sending the world's clock forward must not eat updates.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass

from sandbox.errors import ApiError
from sandbox.model import Json
from sandbox.params import Call
from sandbox.wire import encode

TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
LONGEST_POLL = 50
MOST_BYTES = 1 << 22
_DAY = 86400
_LIFE = {"callback_query": 150}
# Delivered only when asked for by name.
_OPTIONAL = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_NAMES = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "callback_query",
        "my_chat_member",
        "chat_member",
        "message_reaction",
        "message_reaction_count",
        "chat_join_request",
        "poll",
        "poll_answer",
        "inline_query",
        "chosen_inline_result",
    ]
)
_CONFLICT_PAUSE = 3.0
_COALESCE = 0.001
_FAR_AHEAD = 10  # an offset further than this past the newest update is taken as unknown, not as a confirmation


@dataclass(slots=True)
class Update:
    """One update as it will be served; `expires` in seconds of the machine's wall clock, which survives a restart."""

    id: int
    body: bytes
    expires: float
    line: int | None = None
    """The line of updates that a webhook keeps in order; found out when it is first posted."""


class Queue:
    """What the bot has not yet confirmed."""

    def __init__(self, repeat: float = 0.0) -> None:
        """`repeat`: the share of answers that bring the last delivered update once more, as on a bad day."""
        self._repeat = repeat
        self._last: Update | None = None
        self.pending: dict[int, Update] = {}
        self.next_id = random.randint(2_000_001, 900_000_000)
        self.allowed: list[str] | None = None
        self.last_poll = float("-inf")
        self.dirty: set[int] = set()
        self.arrived = asyncio.Event()
        """Set when there may be something to post; only a webhook waits for it."""
        self._waiter: asyncio.Future[None] | None = None
        self._waking = False
        self._previous: tuple[int, float] = (-1, float("-inf"))
        self._next_conflict = float("-inf")

    def online(self, within: float) -> bool:
        """Whether the bot waits for updates now or asked in the last `within` seconds."""
        return self._waiter is not None or time.monotonic() - self.last_poll < within

    def wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed is not None else kind not in _OPTIONAL

    def put(self, kind: str, payload: Json) -> None:
        """Queues an update, if the bot wants this kind: allowed_updates counts at this moment, not when it is fetched."""
        if not self.wants(kind):
            return
        number, self.next_id = self.next_id, self.next_id + 1
        body = encode({"update_id": number, kind: payload})
        self.pending[number] = Update(number, body, time.time() + _LIFE.get(kind, _DAY))
        self.dirty.add(number)
        self.arrived.set()
        if self._waiter is not None and not self._waking:
            self._waking = True
            asyncio.get_running_loop().call_later(_COALESCE, self._wake)

    def allow_from(self, call: Call) -> None:
        """Remembers a call's allowed_updates, if it has any. What isn't a list is ignored, as by the real server."""
        if call.text("allowed_updates"):
            with contextlib.suppress(ApiError):
                self.allow(call.json("allowed_updates", ""))

    def allow(self, names: object) -> None:
        """An empty list means the default set. Unknown names are ignored, as by the real server."""
        if isinstance(names, list):
            known = [name for name in names if isinstance(name, str) and name in _NAMES]
            self.allowed = known or None

    async def get(self, offset: int, limit: int, seconds: float) -> bytes:
        """The JSON array of updates. Raises ApiError 409 in the *older* of two calls that wait."""
        now = time.monotonic()
        self.last_poll = now
        before, at = self._previous
        if offset == before and seconds < 3 and now < at + 3:
            seconds = 3
        if offset == before and now < at + 0.5:
            limit = 1
        self._previous = (offset, now)
        self._confirm(offset)
        found = self._collect(limit)
        if found or seconds == 0:
            return _array(found)
        self.end_waiting(TERMINATED)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiter = future
        try:
            await asyncio.wait_for(future, seconds)
        except TimeoutError:
            pass
        except ApiError:
            await self._pause_conflict()
            raise
        finally:
            self.last_poll = time.monotonic()
            if self._waiter is future:
                self._waiter = None
        return _array(self._collect(limit))

    def drop_all(self) -> None:
        self.remove(list(self.pending))

    def drop_expired(self) -> None:
        wall = time.time()
        self.remove([update.id for update in self.pending.values() if update.expires <= wall])

    def _collect(self, limit: int) -> list[Update]:
        wall = time.time()
        found: list[Update] = []
        stale: list[int] = []
        for update in self.pending.values():
            if len(found) == limit:
                break
            if update.expires <= wall:
                stale.append(update.id)
            else:
                found.append(update)
        self.remove(stale)
        if found:
            before, self._last = self._last, found[-1]
            if before is not None and before.id < found[0].id and random.random() < self._repeat:
                found.insert(0, before)
        return found

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.remove(list(self.pending)[:offset])
        elif 0 < offset <= self.next_id + _FAR_AHEAD:
            gone = []
            for number in self.pending:
                if number >= offset:
                    break
                gone.append(number)
            self.remove(gone)

    def remove(self, numbers: list[int]) -> None:
        """These were taken, or are too old. Numbers that have gone already are skipped."""
        for number in numbers:
            self.pending.pop(number, None)
        self.dirty.update(numbers)

    def _wake(self) -> None:
        self._waking = False
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def end_waiting(self, why: str) -> None:
        """The poll that waits is answered 409."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(ApiError(409, why))
        self._waiter = None

    async def _pause_conflict(self) -> None:
        now = time.monotonic()
        if now >= self._next_conflict:
            self._next_conflict = now + _CONFLICT_PAUSE
        else:
            await asyncio.sleep(_CONFLICT_PAUSE)


def _array(updates: list[Update]) -> bytes:
    parts: list[bytes] = []
    left = MOST_BYTES
    for update in updates:
        left -= 50 + len(update.body)
        if left <= 0:
            break
        parts.append(update.body)
    return b"[" + b",".join(parts) + b"]"
