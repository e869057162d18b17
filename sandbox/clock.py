"""The world's time: it runs at real speed from where it was set, and can be sent forward. Flood limits never read it."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta, timezone

DEFAULT_START = "2026-11-23T08:00:00+08:00"
_HOME = timezone(timedelta(hours=8))


class Signal:
    """Something to wait for that happens again and again."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def fire(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def wait(self, seconds: float) -> None:
        """Returns when it fires or after `seconds`, whichever is first."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait_for(future, seconds)
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(future)


def parse_time(text: str) -> datetime:
    """An ISO time; without an offset it is UTC+8. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=_HOME)


class Clock:
    """World time in seconds since 1970. `version` grows by one at each jump, so that followers know to ask again."""

    def __init__(self, start: datetime) -> None:
        self._zone = start.tzinfo
        self._anchor = start.timestamp()
        self._since = time.monotonic()
        self.version = 1
        self.changed = Signal()

    def now(self) -> float:
        return self._anchor + time.monotonic() - self._since

    def jump(self, to: float) -> None:
        """Time never runs backwards: a jump into the past only counts as a jump to now."""
        self._anchor, self._since = max(to, self.now()), time.monotonic()
        self.version += 1
        self.changed.fire()

    def resume(self, at: float, version: int) -> None:
        """Goes on from a kept world's time; followers of the former run notice."""
        self._anchor, self._since = at, time.monotonic()
        self.version = version + 1

    def iso(self, moment: float | None = None) -> str:
        """`moment`, or now, in ISO 8601 with milliseconds and the world's offset."""
        return datetime.fromtimestamp(self.now() if moment is None else moment, self._zone).isoformat(timespec="milliseconds")
