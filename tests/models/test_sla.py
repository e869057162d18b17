"""Promises: scripts' figures to the minute, and the laws of the arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.duration import BadDuration, Duration
from models.sla import Terms, UnknownCategory, resumed
from tests.models.stage import ZONE, at, book

BOOK = book()
TERMS = Terms.of(BOOK.categories, BOOK.sla, "Asia/Shanghai")
MOMENTS = st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 20), timezones=st.just(ZONE))
CATEGORIES = st.sampled_from(sorted(BOOK.categories))
SHIFTED = {"N2", "C3", "M5", "Q4"}


def test_script_1_a_light_reported_in_the_evening() -> None:
    """PR01 Monday 20:05: four hours fall into the night, so contact is Tuesday 08:30; the answer is due in 48 hours."""
    promise = TERMS.promise("PR01", at(23, "20:05"))
    assert (promise.sla, promise.contact_by, promise.answer_by) == ("N2", at(24, "08:30"), at(25, "20:05"))


def test_script_2_no_water_in_the_evening() -> None:
    """UT01 at 19:02 is urgent: contact 21:02 although that is quiet time, answer the next day 19:02."""
    promise = TERMS.promise("UT01", at(23, "19:02"))
    assert (promise.sla, promise.contact_by, promise.answer_by) == ("E1", at(23, "21:02"), at(24, "19:02"))


def test_script_3_noise_at_night() -> None:
    """OR01 at 22:40: contact 02:40 moves to 08:30, unless the resident asked to be called now."""
    assert TERMS.promise("OR01", at(23, "22:40")).contact_by == at(24, "08:30")
    assert TERMS.promise("OR01", at(23, "22:40"), call_now=True).contact_by == at(24, "02:40")


def test_script_1_sparks_raise_the_light_to_urgent() -> None:
    """Raised at 20:06: contact within two hours, answer at the old due or 24 hours on, whichever is sooner."""
    old = TERMS.promise("PR01", at(23, "18:30"))
    new = TERMS.raised("PR01", "E1", at(23, "20:06"), old.contact_by, old.answer_by)
    assert (new.sla, new.contact_by, new.answer_by) == ("E1", at(23, "22:06"), at(24, "20:06"))
    sooner = TERMS.raised("PR01", "E1", at(25, "10:00"), old.contact_by, old.answer_by)
    assert sooner.answer_by == at(25, "18:30")
    assert sooner.contact_by == old.contact_by


def test_the_law_sets_the_time_of_statutory_aid() -> None:
    """AS01 promises a contact, and no answer of ours."""
    promise = TERMS.promise("AS01", at(23, "10:00"))
    assert promise.contact_by == at(24, "10:00")
    assert promise.answer_by is None
    assert TERMS.reopened("AS01", "A6", at(23, "10:00")) is None


@pytest.mark.parametrize(
    ("asked", "contact"),
    [("10:00", at(23, "10:03")), ("12:30", at(23, "13:33")), ("19:00", at(24, "10:00")), ("07:00", at(23, "10:00"))],
)
def test_a_question_is_answered_in_minutes_or_next_working_morning(asked: str, contact: datetime) -> None:
    """Three minutes while the community is open, else ten o'clock on the next working morning."""
    assert TERMS.promise("AD02", at(23, asked)).contact_by == contact


def test_triage_has_an_outer_limit() -> None:
    """Four work hours for an ordinary case, but never more than a day; half an hour for an urgent one, two hours at most."""
    assert TERMS.step_by("triage", "N2", at(23, "09:00")) == at(23, "14:30")
    assert TERMS.step_by("triage", "N2", at(27, "20:00")) == at(28, "20:00")
    assert TERMS.step_by("sign", "E0", at(23, "09:00")) is None


def test_half_the_time_but_a_day_at_least_after_a_reopening() -> None:
    """OR01 (72 h) reopened gets 36 h; PR01 (48 h) and UT01 (24 h) get a day."""
    now = at(23, "10:00")
    assert TERMS.reopened("OR01", "N2", now) == now + timedelta(hours=36)
    assert TERMS.reopened("PR01", "N2", now) == now + timedelta(hours=24)
    assert TERMS.reopened("UT01", "E1", now) == now + timedelta(hours=24)


@given(CATEGORIES, MOMENTS)
def test_no_ordinary_contact_is_due_in_quiet_hours(category: str, opened: datetime) -> None:
    """N2, C3, M5 and Q4 never promise a contact at night; E0 and E1 keep their exact length."""
    promise = TERMS.promise(category, opened)
    if promise.sla in SHIFTED:
        assert not TERMS.calendar.is_quiet(promise.contact_by)
    if promise.sla in {"E0", "E1"}:
        assert promise.contact_by == Duration.read(BOOK.categories[category]["contact"]).after(opened, TERMS.calendar)


@given(CATEGORIES, MOMENTS, st.timedeltas(timedelta(), timedelta(days=3)))
def test_a_later_report_is_never_promised_sooner(category: str, opened: datetime, later: timedelta) -> None:
    """Promises are monotone in the moment of filing, and never lie in the past.

    One half hour is the rule's own: what was due at night is taken up at 08:30, what is due at 08:05 stays there.
    """
    first, second = TERMS.promise(category, opened), TERMS.promise(category, opened + later)
    assert opened <= first.contact_by <= second.contact_by + timedelta(minutes=30)
    if first.answer_by is not None and second.answer_by is not None:
        assert opened < first.answer_by <= second.answer_by


@given(CATEGORIES, MOMENTS, st.timedeltas(timedelta(), timedelta(days=20)))
def test_raising_never_makes_a_promise_later(category: str, opened: datetime, waited: timedelta) -> None:
    """After an upgrade both dues are the old ones or sooner, and an urgent answer is within 24 hours."""
    # What is E1 already keeps the category's own hours: SF04 has 48.
    assume(TERMS.is_higher("E1", str(TERMS.category(category)["class"])))
    old = TERMS.promise(category, opened)
    now = opened + waited
    new = TERMS.raised(category, "E1", now, old.contact_by, old.answer_by)
    assert new.contact_by <= old.contact_by
    assert new.contact_by <= now + timedelta(hours=2)
    assert new.answer_by is not None
    assert new.answer_by <= now + timedelta(hours=24)
    assert old.answer_by is None or new.answer_by <= old.answer_by


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=30)), st.timedeltas(timedelta(), timedelta(days=10)))
def test_a_pause_moves_the_due_by_exactly_its_length(due: datetime, pause: timedelta, second: timedelta) -> None:
    """Two pauses move it by their sum; none moves it not at all."""
    start = datetime(2026, 9, 1, tzinfo=UTC)
    once = resumed(due, start, start + pause)
    twice = resumed(once, start, start + second)
    assert once is not None
    assert twice is not None
    assert once - due == pause
    assert twice - due == pause + second
    assert resumed(None, start, start + pause) is None


@pytest.mark.parametrize(("said", "meant"), [(4, Duration(4, "h")), ("0.5 h", Duration(0.5, "h")), ("5 min", Duration(5, "min")), ("3wd", Duration(3, "wd"))])
def test_durations_read_as_people_write_them(said: object, meant: Duration) -> None:
    """A number is hours; else a number and a unit."""
    assert Duration.read(said) == meant


@pytest.mark.parametrize("said", ["soon", "4 weeks", "", True, None])
def test_a_duration_that_cannot_be_read_is_refused(said: object) -> None:
    """Bad data is a clear error, never a silent zero."""
    with pytest.raises(BadDuration):
        Duration.read(said)


def test_an_unknown_category_is_refused() -> None:
    """There is no promise for a category that isn't in the list."""
    with pytest.raises(UnknownCategory):
        TERMS.promise("XX99", at(23, "10:00"))


def test_every_category_of_the_list_has_a_promise() -> None:
    """All categories in the data, starred or not, can be promised."""
    assert len(BOOK.categories) >= 38
    for category in BOOK.categories:
        assert TERMS.promise(category, at(23, "10:00")).contact_by > at(23, "10:00")
