"""Promises as pure arithmetic: what is due when, and how a due moment moves (domain.md 3.4.1). No clock is read, no table touched.

Rule 1: a promise told to a resident is an absolute moment, and the first one (`due_first`) never moves.
Rule 2: only a pause, an extension, a reopening and a higher class change the promise in force.
Rule 3: a contact that would fall into quiet hours moves to the morning, except for E0, E1 and whoever asked to be called now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from models.calendar import Calendar
from models.duration import Duration


class UnknownCategory(KeyError):
    """The category is not in the list"""


@dataclass(frozen=True)
class Promise:
    """Absolute moments of one case; None where the class has no such step, or where the law sets the time."""

    sla: str
    contact_by: datetime
    answer_by: datetime | None
    triage_by: datetime | None
    dispatch_by: datetime | None


@dataclass(frozen=True)
class Terms:
    """The categories and classes of a community together with its calendar."""

    categories: Mapping[str, Mapping[str, Any]]
    classes: Mapping[str, Mapping[str, Any]]
    calendar: Calendar
    reopen_min: timedelta
    morning: time
    """When somebody who asked outside opening hours is answered."""

    @classmethod
    def of(cls, categories: Mapping[str, Mapping[str, Any]], sla: Mapping[str, Any], zone: str) -> Terms:
        """From the program's data and the community's zone."""
        limits = sla["limits"]
        least = timedelta(hours=limits["reopen_min_hours"])
        morning = time.fromisoformat(limits["question_morning"])
        return cls(categories, sla["classes"], Calendar.of(zone, sla["calendar"]), least, morning)

    def category(self, code: str) -> Mapping[str, Any]:
        """Raises UnknownCategory."""
        try:
            return self.categories[code]
        except KeyError:
            raise UnknownCategory(code) from None

    def promise(self, category: str, opened_at: datetime, sla: str | None = None, *, call_now: bool = False) -> Promise:
        """What is promised for a case of `category` opened now; `sla` overrides the category's class (after an upgrade)."""
        row = self.category(category)
        own = str(row["class"])
        klass = sla or own
        raised = self.is_higher(klass, own)
        return Promise(
            sla=klass,
            contact_by=self._contact(row, klass, opened_at, raised=raised, call_now=call_now),
            answer_by=self._answer(row, klass, opened_at, raised=raised),
            triage_by=self.step_by("triage", klass, opened_at),
            dispatch_by=self.step_by("dispatch", klass, opened_at),
        )

    def _contact(self, row: Mapping[str, Any], klass: str, now: datetime, *, raised: bool, call_now: bool) -> datetime:
        due = self._soonest(now, row.get("contact"), self.classes[klass]["contact"] if raised or "contact" not in row else None)
        if due is None:
            raise UnknownCategory(str(row))
        if not raised and str(row.get("contact")).endswith("wh") and self.calendar.is_over(now):
            due = max(due, self.calendar.next_working_morning(now, self.morning))
        moves = self.classes[klass].get("quiet_shift", False) and not call_now
        return self.calendar.out_of_quiet(due) if moves else due

    def _answer(self, row: Mapping[str, Any], klass: str, now: datetime, *, raised: bool) -> datetime | None:
        said = row.get("resolve")
        return self._soonest(now, said, self.classes[klass].get("answer") if raised or said is None else None)

    def _soonest(self, now: datetime, *durations: Any) -> datetime | None:
        ends = [Duration.read(d).after(now, self.calendar) for d in durations if d is not None]
        return min((end for end in ends if end is not None), default=None)

    def step_by(self, step: str, klass: str, now: datetime) -> datetime | None:
        """When `step` (triage, dispatch, sign) is due from `now`: the class's time, never later than its outer limit."""
        row = self.classes[klass]
        return self._soonest(now, row.get(step), row.get(f"{step}_outer"))

    def is_higher(self, klass: str, than: str) -> bool:
        """Whether a class is more urgent than another."""
        return int(self.classes[klass]["rank"]) < int(self.classes[than]["rank"])

    def raised(self, category: str, klass: str, now: datetime, contact_by: datetime, answer_by: datetime | None) -> Promise:
        """The promise after an upgrade to `klass`: of old and new, whichever is sooner."""
        new = self.promise(category, now, klass)
        answers = [due for due in (answer_by, new.answer_by) if due is not None]
        return Promise(klass, min(contact_by, new.contact_by), min(answers, default=None), new.triage_by, new.dispatch_by)

    def reopened(self, category: str, klass: str, now: datetime) -> datetime | None:
        """The new due of a reopened case: half of its time, at least a day; None where the law sets the time."""
        said = self.category(category).get("resolve") if not self.is_higher(klass, str(self.category(category)["class"])) else None
        half = Duration.read(said or self.classes[klass].get("answer", "statutory")).half().after(now, self.calendar)
        return max(half, now + self.reopen_min) if half is not None else None


def resumed(due: datetime | None, paused_at: datetime, now: datetime) -> datetime | None:
    """A due moment after a pause: later by exactly as long as the pause lasted."""
    return due + (now - paused_at) if due is not None else None
