"""Local wall times of notices and their moments, and when a repeating one fires next. Pure; a wall is "2026-11-24T08:00".

A wall that the spring leap skips is the moment the leap ends plus what was skipped; of a wall that the autumn has twice the first
counts. A rule names walls, so it fires once a day whatever the clocks do (reliability.md 3.4).
"""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.calendar import Calendar

LONGEST = 800
"""Days looked ahead for the next firing."""


class NeverFires(ValueError):
    """The repeat rule names no day that ever comes"""


def moment_of(wall: str, zone: ZoneInfo) -> datetime:
    """The moment of a wall, or of the beginning of a bare day."""
    naive = datetime.fromisoformat(wall)
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall_of(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


def next_wall(rule: Mapping[str, Any], after: str, calendar: Calendar) -> str:
    """The first wall of `rule` later than wall `after`. Raises NeverFires.

    Weekly and daily ones skip public holidays, monthly ones move to the next working day, "workday" means working days only.
    """
    clock = time.fromisoformat(rule["time"])
    day = datetime.fromisoformat(after).date()
    for step in range(-10, LONGEST):
        fires = _fires_on(rule, day + timedelta(days=step), calendar)
        if fires is not None and (wall := datetime.combine(fires, clock).isoformat(timespec="minutes")) > after:
            return wall
    raise NeverFires


def _fires_on(rule: Mapping[str, Any], day: date, calendar: Calendar) -> date | None:
    """When the occurrence that belongs to `day` fires, None where there is none."""
    match rule["every"]:
        case "workday":
            return day if calendar.is_workday(day) else None
        case "day":
            return day
        case "week":
            return day if day.weekday() in rule["weekdays"] and day not in calendar.holidays else None
        case "month":
            last = months.monthrange(day.year, day.month)[1]
            if day.day != min(int(rule["day"]), last):
                return None
            return day if calendar.is_workday(day) else calendar.next_workday(day)
    return None
