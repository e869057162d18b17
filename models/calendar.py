"""Working days, opening hours and quiet hours as pure arithmetic on moments.

The calendar is data: public holidays, weekend days worked instead (调休), the community's hours, the quiet hours.
Moments come and go with their zone; days and hours are those of the community's zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LONGEST_BREAK = 60
"""Days without a working day after which the calendar data must be wrong."""


class BadCalendar(ValueError):
    """The calendar has no working hours"""


@dataclass(frozen=True)
class Calendar:
    """When the community works and when it keeps quiet."""

    zone: ZoneInfo
    holidays: frozenset[date]
    worked: frozenset[date]
    """Weekend days that are working days."""
    hours: tuple[tuple[time, time], ...]
    """Opening hours of a working day, in order."""
    quiet_from: time
    quiet_to: time
    after_quiet: time
    """When work that fell into quiet hours is taken up."""

    @classmethod
    def of(cls, zone: str, data: Mapping[str, Any]) -> Calendar:
        """From plain data: {"holidays", "worked": [dates], "hours": [["08:30", "12:00"], …], "quiet": {"from", "to", "after"}}."""
        quiet = data["quiet"]
        return cls(
            zone=ZoneInfo(zone),
            holidays=frozenset(_dates(data["holidays"])),
            worked=frozenset(_dates(data["worked"])),
            hours=tuple((_time(a), _time(b)) for a, b in data["hours"]),
            quiet_from=_time(quiet["from"]),
            quiet_to=_time(quiet["to"]),
            after_quiet=_time(quiet["after"]),
        )

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def is_workday(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < 5 and day not in self.holidays)

    def next_workday(self, day: date) -> date:
        """The first working day after `day`."""
        for step in range(1, LONGEST_BREAK):
            if self.is_workday(day + timedelta(days=step)):
                return day + timedelta(days=step)
        raise BadCalendar

    def is_over(self, moment: datetime) -> bool:
        """Whether nobody comes back today: no working day, before its first or after its last hour (a lunch break is not over)."""
        local = self.local(moment)
        return not self.is_workday(local.date()) or not self.hours[0][0] <= local.time() < self.hours[-1][1]

    def next_working_morning(self, moment: datetime, clock: time) -> datetime:
        """`clock` of the working day that begins after `moment`, or of today while it hasn't begun."""
        local = self.local(moment)
        today = self.is_workday(local.date()) and local.time() < self.hours[0][0]
        return self.at(local.date() if today else self.next_workday(local.date()), clock)

    def at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone)

    def is_open(self, moment: datetime) -> bool:
        """Whether the community works at `moment`."""
        local = self.local(moment)
        return self.is_workday(local.date()) and any(start <= local.time() < end for start, end in self.hours)

    def is_quiet(self, moment: datetime) -> bool:
        """Whether the bot starts nothing at `moment` (quiet hours span midnight)."""
        clock = self.local(moment).time()
        return clock >= self.quiet_from or clock < self.quiet_to

    def out_of_quiet(self, moment: datetime) -> datetime:
        """`moment`, or the morning after it when it falls into quiet hours."""
        if not self.is_quiet(moment):
            return moment
        local = self.local(moment)
        day = local.date() + timedelta(days=1 if local.time() >= self.quiet_from else 0)
        return self.at(day, self.after_quiet)

    def add_work_hours(self, moment: datetime, hours: float) -> datetime:
        """`hours` of opening time after `moment`; exactly at an end of hours counts as that end."""
        left = timedelta(hours=hours)
        local = self.local(moment)
        day = local.date()
        for _ in range(LONGEST_BREAK * 20):
            if self.is_workday(day):
                for start, end in self.hours:
                    begin, finish = max(self.at(day, start), local), self.at(day, end)
                    if begin < finish:
                        if left <= finish - begin:
                            return begin + left
                        left -= finish - begin
            day += timedelta(days=1)
        raise BadCalendar

    def add_workdays(self, moment: datetime, days: float) -> datetime:
        """`days` working days after `moment`, to the same time of day; what falls outside hours counts from the next opening.

        Part of a day is that part of a day's opening hours.
        """
        local = self.local(moment)
        whole = int(days)
        if not self.is_workday(local.date()) or local.time() >= self.hours[-1][1]:
            local = self.at(self.next_workday(local.date()), self.hours[0][0])
        elif local.time() < self.hours[0][0]:
            local = self.at(local.date(), self.hours[0][0])
        day = local.date()
        for _ in range(whole):
            day = self.next_workday(day)
        there = self.at(day, local.time())
        part = days - whole
        return self.add_work_hours(there, part * self.hours_a_day()) if part else there

    def hours_a_day(self) -> float:
        """Opening hours of a working day."""
        day = date(2000, 1, 1)
        return sum((datetime.combine(day, end) - datetime.combine(day, start)).total_seconds() for start, end in self.hours) / 3600


def _dates(values: Iterable[Any]) -> Iterable[date]:
    return (value if isinstance(value, date) else date.fromisoformat(str(value)) for value in values)


def _time(value: Any) -> time:
    return value if isinstance(value, time) else time.fromisoformat(str(value))
