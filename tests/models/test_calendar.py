"""Working days, hours and quiet hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import BadCalendar, Calendar
from tests.models.data import CALENDAR

ZONE = ZoneInfo("Asia/Shanghai")
WORK = Calendar.of("Asia/Shanghai", CALENDAR)
MOMENTS = st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 20), timezones=st.just(ZONE))


def when(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),  # an ordinary Monday
        (date(2026, 11, 22), False),  # a Sunday
        (date(2026, 10, 1), False),  # a holiday on a Thursday
        (date(2026, 10, 10), True),  # a Saturday worked instead
        (date(2026, 10, 11), False),
    ],
)
def test_holidays_and_worked_weekends_decide_the_workday(day: date, works: bool) -> None:
    """A holiday is free on a weekday, a worked weekend is a working day."""
    assert WORK.is_workday(day) is works


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (when(11, 23, 9), 2, when(11, 23, 11)),
        (when(11, 23, 11), 2, when(11, 23, 14, 30)),  # over lunch
        (when(11, 23, 17), 1, when(11, 24, 9)),  # over night
        (when(11, 27, 17), 4, when(11, 30, 12)),  # over a weekend: half an hour, then three and a half
        (when(9, 30, 17), 1, when(10, 8, 9)),  # over the October holidays
        (when(11, 22, 10), 4, when(11, 23, 14)),  # begun on a Sunday
        (when(11, 23, 20), 0, when(11, 24, 8, 30)),
    ],
)
def test_work_hours_run_only_while_the_community_is_open(start: datetime, hours: float, end: datetime) -> None:
    """Lunch, nights, weekends and holidays don't count."""
    assert WORK.add_work_hours(start, hours) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (when(11, 23, 10), 1, when(11, 24, 10)),
        (when(11, 27, 10), 1, when(11, 30, 10)),
        (when(11, 27, 20), 1, when(12, 1, 8, 30)),  # Friday evening counts from Monday's opening
        (when(11, 23, 6), 1, when(11, 24, 8, 30)),
        (when(9, 30, 10), 3, when(10, 10, 10)),  # 8, 9 and the worked Saturday 10
        (when(11, 23, 8, 30), 1.5, when(11, 24, 13, 45)),  # a day is seven and a half hours
    ],
)
def test_working_days_skip_free_days(start: datetime, days: float, end: datetime) -> None:
    """A working day ends at the same time of day, on a day that is worked."""
    assert WORK.add_workdays(start, days) == end


@given(MOMENTS)
def test_out_of_quiet_is_never_quiet_and_never_earlier(moment: datetime) -> None:
    """What falls into quiet hours moves forward, by less than half a day, to a moment that isn't quiet."""
    moved = WORK.out_of_quiet(moment)
    assert not WORK.is_quiet(moved)
    assert timedelta() <= moved - moment <= timedelta(hours=12)
    assert WORK.is_quiet(moment) or moved == moment


@given(MOMENTS, st.integers(0, 240), st.integers(1, 240))
def test_more_work_hours_never_end_earlier(moment: datetime, quarters: int, more: int) -> None:
    """Adding quarter hours in one go or in two ends at the same time, and never goes back."""
    there = WORK.add_work_hours(moment, quarters / 4)
    further = WORK.add_work_hours(moment, (quarters + more) / 4)
    assert moment <= there < further
    assert WORK.add_work_hours(there, more / 4) == further


@given(MOMENTS, st.integers(0, 20))
def test_working_days_end_on_a_working_day(moment: datetime, days: int) -> None:
    """Whatever the start, the end is a day that is worked."""
    assert WORK.is_workday(WORK.add_workdays(moment, days).date())


def test_the_zone_of_the_asker_does_not_matter() -> None:
    """The same moment said in UTC gives the same answer."""
    assert WORK.add_work_hours(when(11, 23, 17).astimezone(UTC), 1) == when(11, 24, 9)
    assert WORK.is_quiet(when(11, 23, 21).astimezone(UTC))


def test_a_lunch_break_is_not_the_end_of_the_day() -> None:
    """Who asks at noon is answered the same day; who asks at night, on the next working morning."""
    assert not WORK.is_over(when(11, 23, 12, 30))
    assert WORK.is_over(when(11, 23, 17, 30))
    assert WORK.next_working_morning(when(11, 27, 19), WORK.quiet_to) == when(11, 30, 8)


def test_a_calendar_without_hours_is_refused() -> None:
    """Data without opening hours raises instead of counting for ever."""
    empty = Calendar.of("Asia/Shanghai", {**CALENDAR, "hours": []})
    with pytest.raises(BadCalendar):
        empty.add_work_hours(when(11, 23), 1)
