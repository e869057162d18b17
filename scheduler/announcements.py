"""Notices on the clock: repeat rules, starts, chunks of delivery, the digest. The use cases are in handlers/notices_*.py."""

from __future__ import annotations

from handlers.notices_access import tick_access
from handlers.notices_digest import send_digests
from handlers.notices_due import deliver, fire_repeats, next_notice, start_due
from handlers.world import World

__all__ = ["access_clock", "next_notice", "notice_digest", "notice_send"]


def notice_send(world: World) -> int:
    """What is due now, one chunk at a time, so that no turn waits long."""
    return fire_repeats(world) + start_due(world) + deliver(world)


def notice_digest(world: World) -> int:
    return send_digests(world)


def access_clock(world: World) -> int:
    """Access items past their dates (domain.md 3.16)."""
    return tick_access(world)
