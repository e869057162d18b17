"""The monthly look at the knowledge base: the timetable asks every day, the calendar says whether it is the day."""

from __future__ import annotations

from handlers.asking_review import review
from handlers.world import World


def kb_review(world: World) -> int:
    """Post what has expired, contradicts or stays unanswered, on the month's first working day."""
    return review(world)
