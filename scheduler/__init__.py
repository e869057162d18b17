"""Time as one more sender of events. The timetable of the program, on one page.

`every`: seconds between two looks. `daily`: local wall time; runs once per day of the community, late if the program slept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from handlers.world import World
from scheduler.announcements import access_clock, notice_confirm, notice_digest, notice_progress, notice_send
from scheduler.conversations import wake_conversations
from scheduler.housekeeping import purge
from scheduler.knowledge import kb_review

Act = Callable[[World], int]
"""Does what is due and returns how much it did."""


@dataclass(frozen=True)
class Job:
    """One line of the timetable."""

    name: str
    act: Act
    every: float = 1.0
    daily: time | None = None


JOBS: tuple[Job, ...] = (
    Job("conversation_wake", wake_conversations, every=1.0),
    Job("notice_send", notice_send, every=1.0),
    Job("notice_confirm", notice_confirm, every=2.0),
    Job("notice_progress", notice_progress, every=5.0),
    Job("notice_digest", notice_digest, every=30.0, daily=time(18, 0)),
    Job("access_clock", access_clock, every=60.0, daily=time(8, 35)),
    Job("kb_review", kb_review, every=60.0, daily=time(9, 30)),
    Job("housekeeping", purge, every=60.0, daily=time(3, 30)),
)
