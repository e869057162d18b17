"""Which firing of a daily job is due now, and who runs it: the unique row decides (design.md law 3)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from handlers.post import insert_or_skip
from handlers.world import World
from models.schedule import Occurrence

OCCURRENCE: Table = Occurrence.__table__  # type: ignore[assignment]


def latest_wall(now: datetime, daily: time, zone: ZoneInfo) -> str:
    """The wall date and time of the last firing at or before `now`."""
    local = now.astimezone(zone)
    day = local.date() if local.time() >= daily else local.date() - timedelta(days=1)
    return f"{day.isoformat()}T{daily:%H:%M}"


def win(world: World, job: str, wall: str) -> bool:
    """Whether this replica is the one that runs this firing."""
    return insert_or_skip(world.session, OCCURRENCE, job=job, wall=wall, fired_at=world.now)
