"""Notices on the clock: repeat rules, starts, chunks of delivery, the digest. The use cases are in handlers/notices_*.py."""

from __future__ import annotations

from handlers.notices_access import tick_access
from handlers.notices_chase import chase
from handlers.notices_digest import send_digests
from handlers.notices_due import deliver, fire_repeats, next_notice, start_due
from handlers.notices_progress import show_progress
from handlers.notices_strike import strike
from handlers.world import World

__all__ = ["access_clock", "next_notice", "notice_confirm", "notice_digest", "notice_progress", "notice_send"]


def notice_send(world: World) -> int:
    """What is due now, one chunk at a time, so that no turn waits long."""
    return fire_repeats(world) + start_due(world) + deliver(world)


def notice_confirm(world: World) -> int:
    """Reminders, lists of rooms, reports; edits of what no longer holds."""
    return strike(world) + chase(world)


def notice_progress(world: World) -> int:
    """Progress cards whose figures have moved; every few seconds, because each is an edit."""
    return show_progress(world)


def notice_digest(world: World) -> int:
    return send_digests(world)


def access_clock(world: World) -> int:
    """Access items past their dates (domain.md 3.16)."""
    return tick_access(world)
