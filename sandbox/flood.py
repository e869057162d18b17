"""Flood control: how much a bot may send. Token buckets on machine time and one hard window for groups."""

from __future__ import annotations

import math
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

# What counts, with its cost in messages. Chat actions, callback answers, deletions and everything that only reads are free.
COUNTED = frozenset(
    [
        "sendmessage",
        "sendphoto",
        "sendvoice",
        "senddocument",
        "sendvideo",
        "sendmediagroup",
        "sendlocation",
        "sendcontact",
        "copymessage",
        "forwardmessage",
        "editmessagetext",
        "editmessagecaption",
        "editmessagereplymarkup",
        "createforumtopic",
        "editforumtopic",
        "closeforumtopic",
        "reopenforumtopic",
        "deleteforumtopic",
    ]
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of limits.toml. Seconds of machine time."""

    chat_seconds: float
    chat_burst: int
    group_calls: int
    group_seconds: float
    bot_per_second: float
    jitter_seconds: int


class Flood:
    """Permits for one bot. `speed` divides all windows."""

    def __init__(self, limits: Limits, speed: float = 1.0, now: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._now = limits, now
        self._chat_seconds = limits.chat_seconds / speed
        self._group_seconds = limits.group_seconds / speed
        self._bot_seconds = 1 / limits.bot_per_second / speed
        # A bucket is kept as the moment at which it is full again.
        self._chats: dict[int, float] = {}
        self._groups: dict[int, deque[float]] = {}
        self._bot_full = float("-inf")

    def take(self, chat_id: int, cost: int = 1) -> int:
        """0 when the call may go on, else the seconds to wait; a refused call costs nothing."""
        now, limits = self._now(), self._limits
        bot = max(self._bot_full, now) + cost * self._bot_seconds
        wait = bot - now - limits.bot_per_second * self._bot_seconds
        chat = max(self._chats.get(chat_id, now), now) + cost * self._chat_seconds
        # An album may be larger than the burst; it passes when the bucket is full, as one of the real server does.
        wait = max(wait, chat - now - max(limits.chat_burst, cost) * self._chat_seconds)
        window: deque[float] | None = None
        if chat_id < 0:
            window = self._groups.setdefault(chat_id, deque())
            while window and window[0] <= now - self._group_seconds:
                window.popleft()
            over = len(window) + cost - limits.group_calls
            if over > 0:
                wait = max(wait, window[min(over, len(window)) - 1] + self._group_seconds - now if window else 0)
        if wait > 1e-9:
            return math.ceil(wait) + random.randint(0, limits.jitter_seconds)
        self._bot_full, self._chats[chat_id] = bot, chat
        if window is not None:
            window.extend([now] * cost)
        return 0
