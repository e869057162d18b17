"""A length of time as people agree on it: minutes, hours, days, work hours, working days, or "as the law says"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.calendar import Calendar

FORM = re.compile(r"(\d+(?:\.\d+)?) ?(min|h|d|wh|wd)")
STATUTORY = "statutory"


class BadDuration(ValueError):
    """A length of time in the data can't be read"""


@dataclass(frozen=True)
class Duration:
    """`amount` of `unit`: min, h, d (calendar), wh (work hours), wd (working days); statutory has no length of ours."""

    amount: float
    unit: str

    @classmethod
    def read(cls, said: object) -> Duration:
        """From data: a number of hours, or "5 min", "4 h", "7 d", "4 wh", "3 wd", "statutory". Raises BadDuration."""
        if isinstance(said, int | float) and not isinstance(said, bool):
            return cls(float(said), "h")
        if said == STATUTORY:
            return cls(0, STATUTORY)
        found = FORM.fullmatch(str(said).strip())
        if found is None:
            raise BadDuration(repr(said))
        return cls(float(found[1]), found[2])

    def after(self, moment: datetime, calendar: Calendar) -> datetime | None:
        """The moment this long after `moment`; None where the law sets the time."""
        match self.unit:
            case "min":
                return moment + timedelta(minutes=self.amount)
            case "h":
                return moment + timedelta(hours=self.amount)
            case "d":
                return moment + timedelta(days=self.amount)
            case "wh":
                return calendar.add_work_hours(moment, self.amount)
            case "wd":
                return calendar.add_workdays(moment, self.amount)
        return None

    def half(self) -> Duration:
        return Duration(self.amount / 2, self.unit)
