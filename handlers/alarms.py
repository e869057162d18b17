"""Wishes of a person in danger: raise the alarm, add to it, say that one is safe. Staff are told before anything else is asked."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from sqlalchemy import select

from dialogs.wishes import AddToAlarm, RaiseAlarm, StandDown
from dialogs.words import Answered, Refused
from handlers import desk
from handlers.contexts import community_facts
from handlers.filing import Filing, as_reporter, file_case
from handlers.world import Json, World
from models.case import Case
from models.moves import IllegalMove, move
from models.reporter import place_of
from models.states import CLOSED
from models.whereabouts import put_place


def raise_alarm(world: World, person_id: str, wish: RaiseAlarm) -> Answered | Refused:
    """A case with its emergency stamps, and the alert; the same danger told again within two hours is added to, not doubled."""
    case = _running(world, person_id, wish.kind)
    if case is None:
        filing = Filing(person_id, wish.kind, wish.words, wish.place, source="emergency", emergency=wish.kind)
        case = file_case(world, filing)
        desk.alarm_raised(world, case, wish.words)
    else:
        _learn_place(world, case, wish.place)
        move(world, case, "note", as_reporter(person_id), text=wish.words or None)
        desk.resident_wrote(world, case, person_id, wish.words, ())
    return Answered("RaiseAlarm", {"case_id": case.id, "number": case.number, "numbers": community_facts(world)[1]})


def _running(world: World, person_id: str, kind: str) -> Case | None:
    since = world.now - timedelta(hours=world.book.sla["limits"]["alarm_again_hours"])
    query = select(Case).where(
        Case.reporter_id == person_id, Case.emergency == kind, Case.state.not_in(CLOSED), Case.opened_at >= since
    )
    return world.session.scalars(query.order_by(Case.opened_at.desc()).limit(1)).first()


def _learn_place(world: World, case: Case, place: Json) -> None:
    """What is said of the place later completes what was known before."""
    known = {part: value for part, value in place_of(world, case).items() if value}
    said = {part: value for part, value in place.items() if value}
    if said and {**known, **said} != known:
        put_place(world, case, {**known, **said})


def add_to_alarm(world: World, person_id: str, wish: AddToAlarm) -> Answered | Refused:
    case = _own_alarm(world, person_id, wish.case_id)
    if case is None:
        return Refused("AddToAlarm", "not_found")
    if case.state not in CLOSED:
        move(world, case, "note", as_reporter(person_id), text=wish.words or None, media=wish.media)
    # Even when staff have settled it, words from somebody who was in danger are read by a human.
    desk.resident_wrote(world, case, person_id, wish.words, wish.media)
    return Answered("AddToAlarm", {"state": case.state, "acked": case.acked_at is not None})


def stand_down(world: World, person_id: str, wish: StandDown) -> Answered | Refused:
    """The person says so; staff still confirm it and close the case."""
    case = _own_alarm(world, person_id, wish.case_id)
    if case is None:
        return Refused("StandDown", "not_found")
    with contextlib.suppress(IllegalMove):  # Staff have settled it already: there is nothing left to take back.
        desk.case_changed(world, case, move(world, case, "says_safe", as_reporter(person_id), why=wish.why[:24]))
    return Answered("StandDown", {"number": case.number})


def _own_alarm(world: World, person_id: str, case_id: str) -> Case | None:
    case = world.session.get(Case, case_id, populate_existing=True)
    return case if case is not None and case.reporter_id == person_id else None
