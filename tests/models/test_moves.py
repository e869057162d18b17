"""Every state with every event: what domain.md 3.4 allows happens, everything else raises and changes nothing.

EXPECTED is written by hand from domain.md, not from the table: event → {state: the state it leads to}.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from handlers.filing import Filing, file_case
from handlers.world import World
from models.case import Case, CaseEvent, CaseMoved, save
from models.community import Party
from models.moves import EVENTS, MOVES, IllegalMove, clock_of, legal_moves, move
from models.scene import Actor
from models.states import CLOSED, OPEN, STATES
from tests.models.stage import Stage, at

OPEN_STATES = ("submitted", "need_info", "accepted", "assigned", "in_progress", "paused", "answered", "confirming", "review")
CLOSED_STATES = ("closed", "declined", "merged", "withdrawn", "invalid")


def stays(*states: str) -> dict[str, str]:
    return {state: state for state in states}


EXPECTED: dict[str, dict[str, str]] = {
    "accept": {"submitted": "accepted"},
    "ask_info": {"submitted": "need_info"},
    "decline": {"submitted": "declined", "accepted": "declined"},
    "merge": dict.fromkeys(("submitted", "accepted", "assigned", "in_progress", "paused"), "merged"),
    "unmerge": {"merged": "submitted"},
    "take_over": {"submitted": "in_progress", "accepted": "in_progress"},
    "dispatch": {"accepted": "assigned"},
    "invalidate": {"submitted": "invalid", "accepted": "invalid"},
    "undo": {"submitted": "withdrawn"},
    "info_given": {"need_info": "submitted"},
    "silence": {"need_info": "closed", "confirming": "closed"},
    "sign": {"assigned": "in_progress"},
    "return": {"assigned": "accepted"},
    "sign_timeout": stays("assigned"),
    "auto_sign": {"assigned": "in_progress"},
    "contact": stays("in_progress"),
    "progress": stays("in_progress"),
    "add_co": stays("in_progress"),
    "transfer": {"in_progress": "assigned"},
    "pause": {"in_progress": "paused"},
    "resume": {"paused": "in_progress"},
    "extend_request": stays("in_progress"),
    "extend_approve": stays("in_progress"),
    "extend_refuse": stays("in_progress"),
    "answer": {"in_progress": "answered"},
    "verify_ok": {"answered": "confirming"},
    "verify_skip": {"answered": "confirming"},
    "verify_fail": {"answered": "in_progress"},
    "solved": dict.fromkeys(OPEN_STATES, "closed"),
    "partly": {"confirming": "in_progress"},
    "not_solved": {"confirming": "in_progress"},
    "understood": {"confirming": "closed"},
    "rate": stays("closed"),
    "reopen": {"closed": "in_progress"},
    "bad_rating": {"closed": "review"},
    "uphold": {"review": "closed"},
    "refer": {"review": "closed"},
    "redo": {"review": "in_progress"},
    "appeal": {"declined": "submitted"},
    "note": stays(*OPEN_STATES),
    "reply": stays(*OPEN_STATES),
    "hurry": stays(*OPEN_STATES),
    "follow": stays(*OPEN_STATES),
    "raise_class": stays(*OPEN_STATES),
    "reclassify": stays(*OPEN_STATES),
    "relocate": stays(*OPEN_STATES),
    "escalate": stays(*OPEN_STATES),
    "withdraw": dict.fromkeys(OPEN_STATES, "withdrawn"),
    "step_back": {},  # only where there is a hazard or somebody else is concerned: see below
    "handover": stays(*OPEN_STATES),
    # the emergency's own machine: nothing of it for a case that is none
    "ack": {},
    "arrived": {},
    "safe": {},
    "false_alarm": {},
    "says_safe": {},
    "settle": {},
}

IN_EMERGENCY: dict[str, dict[str, str]] = {
    **EXPECTED,
    **{key: {} for key in ("undo", "solved", "withdraw", "merge")},
    **dict.fromkeys(("ack", "arrived", "safe", "false_alarm", "says_safe"), stays(*OPEN_STATES)),
    "pause": {},  # never in E0
    "raise_class": {},  # there is nothing above E0
}

ALL = frozenset({
    "anyone", "resident", "reporter", "staff", "handler", "verifier", "community_lead", "street", "duty", "timer", "rule",
})  # fmt: skip


def data_for(world: World, event: str, master: str) -> dict[str, Any]:
    """What every move needs, made right, so that only legality can refuse."""
    party = world.session.scalars(select(Party.id).where(Party.kind == "PM")).one()
    reasons = {"decline": "litigation", "return": "not_my_duty", "transfer": "not_my_duty", "pause": "parts"}
    return {
        "text": "words", "reason": reasons.get(event, "words"), "second": "somebody else", "party_id": party, "suggested": party,
        "until": world.now + timedelta(days=1), "result": "solved", "no_photo": True, "how": "phone", "to": "119", "days": 2, "stars": 4,
        "outcome": "planned", "sla": "E0", "category": "EN01", "master_id": master, "reminded": True,
        "place": {"building": "3", "room": "301"},
    }  # fmt: skip


@pytest.fixture
def world(shared_stage: Stage) -> Iterator[World]:
    """A world whose writes are rolled back."""
    shared_stage.now = at(23, "10:00")
    with Session(shared_stage.engine, expire_on_commit=False) as session:
        yield shared_stage.make_world(session)
        session.rollback()


def case_in(world: World, stage: Stage, state: str, **fields: Any) -> Case:
    """A case that has come into `state` and whose time limits are all open."""
    reporter = stage.person(world, "wang")
    case = file_case(world, Filing(reporter, "PR01", "灯不亮", {"building": "2", "unit": "1"}))
    case.lead_id = case.proposed_id
    case.state, case.came_from = state, "submitted"
    case.info_asked_at = case.state_since
    case.sign_by = world.now
    case.closed_at = world.now if state in CLOSED else None
    for name, value in fields.items():
        setattr(case, name, value)
    save(world.session)
    return case


def snapshot(case: Case) -> dict[str, Any]:
    return {column.key: getattr(case, column.key) for column in inspect(Case).column_attrs}


def now_for(world: World, event: str) -> None:
    """The moment at which a timed move is due: after three days of silence, at the end of the time to sign."""
    late = {"silence": timedelta(hours=72), "auto_sign": timedelta(0), "escalate": timedelta(days=3)}
    world.now = at(23, "10:00") + late.get(event, timedelta())


def play(world: World, stage: Stage, state: str, event: str, expected: str | None, **fields: Any) -> None:
    """One event on a fresh case in `state`."""
    with world.session.begin_nested() as savepoint:
        world.now = at(23, "10:00")
        other = file_case(world, Filing(stage.person(world, "wang"), "PR01", "灯不亮", {"building": "2"}))
        play_on(world, stage, case_in(world, stage, state, **fields), event, expected, other.id)
        savepoint.rollback()


def play_on(world: World, stage: Stage, case: Case, event: str, expected: str | None, master: str) -> None:
    now_for(world, event)
    state, before, events = case.state, snapshot(case), _events(world, case)
    actor = Actor(stage.person(world, "zhao"), "community_staff", ALL)
    if expected is None:
        with pytest.raises(IllegalMove):
            move(world, case, event, actor, **data_for(world, event, master))
        assert snapshot(case) == before
        assert _events(world, case) == events
        return
    line = move(world, case, event, actor, **data_for(world, event, master))
    assert case.state == expected
    assert (line.event, line.from_state, line.to_state) == (event, state, expected)
    assert _events(world, case) == events + 1
    assert case.version > before["version"]


def play_all(world: World, stage: Stage, state: str, expectations: dict[str, dict[str, str]], **fields: Any) -> None:
    """Every event in one state: the illegal ones all on one case, for they must leave it as it was."""
    case = case_in(world, stage, state, **fields)
    other = file_case(world, Filing(stage.person(world, "wang"), "PR01", "灯不亮", {"building": "2"}))
    for event, leads in expectations.items():
        if state not in leads:
            play_on(world, stage, case, event, None, other.id)
    for event, leads in expectations.items():
        if state in leads:
            play(world, stage, state, event, leads[state], **fields)


def _events(world: World, case: Case) -> int:
    return len(world.session.scalars(select(CaseEvent.id).where(CaseEvent.case_id == case.id)).all())


def test_the_states_and_events_are_those_of_the_domain() -> None:
    """Nine open and five closed states, and no event that domain.md does not name."""
    assert frozenset(OPEN_STATES) == OPEN
    assert frozenset(CLOSED_STATES) == CLOSED
    assert frozenset(EXPECTED) == EVENTS


@pytest.mark.parametrize("state", sorted(STATES))
def test_ordinary_case_every_event(world: World, shared_stage: Stage, state: str) -> None:
    """In each state, each event leads where domain.md says, or raises and changes nothing."""
    play_all(world, shared_stage, state, EXPECTED)


@pytest.mark.parametrize("state", sorted(STATES))
def test_emergency_every_event(world: World, shared_stage: Stage, state: str) -> None:
    """An E0 can't be withdrawn, undone, merged, paused or called solved; its own machine runs beside the state."""
    fields = {"emergency": "SF02", "sla": "E0", "sensitive": False}
    play_all(world, shared_stage, state, IN_EMERGENCY, **fields)


@pytest.mark.parametrize(
    ("event", "state", "fields", "expected"),
    [
        ("withdraw", "in_progress", {"hazard": "SF10"}, None),
        ("step_back", "in_progress", {"hazard": "SF10"}, "in_progress"),
        ("step_back", "in_progress", {"follower_count": 1}, "in_progress"),
        ("verify_skip", "answered", {"hazard": "SF10"}, None),
        ("reopen", "closed", {"reopen_count": 1}, "in_progress"),
        ("reopen", "closed", {"reopen_count": 2}, "review"),
        ("escalate", "assigned", {"escalation_level": 4}, None),
        ("merge", "submitted", {"category": "AS01"}, None),
        ("merge", "submitted", {"confidential": True}, None),
        ("ack", "submitted", {"emergency": "SF02", "acked_at": at(23, "09:59")}, None),
        ("settle", "submitted", {"emergency": "SF02"}, None),
        ("settle", "submitted", {"emergency": "SF02", "safe_at": at(23, "09:59")}, "closed"),
        ("settle", "submitted", {"emergency": "SF02", "false_alarm": True}, "closed"),
        ("unmerge", "merged", {"came_from": "paused"}, "paused"),
        ("info_given", "need_info", {"came_from": "submitted"}, "submitted"),
    ],
)
def test_guards_decide_where_the_state_alone_does_not(
    world: World, shared_stage: Stage, event: str, state: str, fields: dict[str, Any], expected: str | None
) -> None:
    """A hazard stays with the community, the third reopening goes to the street, an alarm is taken once and closed when safe."""
    play(world, shared_stage, state, event, expected, **fields)


@pytest.mark.parametrize(
    ("event", "state", "after", "legal"),
    [
        ("undo", "submitted", timedelta(minutes=2), True),
        ("undo", "submitted", timedelta(minutes=2, seconds=1), False),
        ("silence", "need_info", timedelta(hours=71, minutes=59), False),
        ("silence", "confirming", timedelta(hours=71, minutes=59), False),
        ("reopen", "closed", timedelta(days=30), True),
        ("reopen", "closed", timedelta(days=30, minutes=1), False),
        ("appeal", "declined", timedelta(days=7, minutes=1), False),
        ("unmerge", "merged", timedelta(hours=25), False),
        ("return", "assigned", timedelta(minutes=1), False),  # the window ends with the time to sign
    ],
)
def test_time_limits(world: World, shared_stage: Stage, event: str, state: str, after: timedelta, legal: bool) -> None:
    """Two minutes to undo, 72 hours of silence, 30 days to reopen, 7 to appeal, a day to unmerge, the time to sign to return."""
    case = case_in(world, shared_stage, state)
    other = file_case(world, Filing(shared_stage.person(world, "wang"), "PR01", "灯不亮", {"building": "2"}))
    world.now += after
    actor = Actor(shared_stage.person(world, "zhao"), "community_staff", ALL)
    if legal:
        move(world, case, event, actor, **data_for(world, event, other.id))
    else:
        with pytest.raises(IllegalMove):
            move(world, case, event, actor, **data_for(world, event, other.id))


@pytest.mark.parametrize("row", [row for row in MOVES if row.needs], ids=lambda row: f"{row.event}-{min(row.froms)}")
def test_a_move_without_what_it_needs_is_refused(world: World, shared_stage: Stage, row: Any) -> None:
    """A decline without a referral, a pause without a date, an answer without words: nothing changes."""
    fields: dict[str, Any] = {"reopen_count": 2} if "reopened_twice" in row.when else {}
    case = case_in(world, shared_stage, min(row.froms), **fields)
    now_for(world, row.event)
    before = snapshot(case)
    for name in row.needs:
        data = {**data_for(world, row.event, case.id), name: None}
        with pytest.raises(IllegalMove) as refused:
            move(world, case, row.event, Actor(None, "community_staff", row.who), **data)
        assert (refused.value.why, refused.value.data) == ("missing", {"what": name})
    assert snapshot(case) == before


@pytest.mark.parametrize(
    ("event", "state", "data", "why"),
    [
        ("decline", "submitted", {"reason": "too difficult"}, "unknown_reason"),
        ("return", "assigned", {"reason": "resident unreasonable"}, "unknown_reason"),
        ("pause", "in_progress", {"reason": "no mood"}, "unknown_reason"),
        ("pause", "in_progress", {"until": at(22, "10:00")}, "until_past"),
        ("pause", "in_progress", {"reason": "wait_resident", "until": at(27, "10:00")}, "until_too_late"),
        ("pause", "in_progress", {"until": at(27, "10:00")}, "needs_approval"),
        ("answer", "in_progress", {"result": "maybe"}, "unknown_result"),
        ("answer", "in_progress", {"no_photo": False}, "photo_missing"),
        ("understood", "confirming", {"outcome": "solved"}, "unknown_outcome"),
        ("rate", "closed", {"stars": 6}, "bad_stars"),
        ("raise_class", "accepted", {"sla": "N2"}, "not_higher"),
        ("raise_class", "accepted", {"sla": "A1"}, "unknown_class"),
        ("reclassify", "accepted", {"category": "XX99"}, "unknown_category"),
        ("merge", "accepted", {"master_id": "nobody"}, "bad_master"),
    ],
)
def test_wrong_data_is_refused_by_name(world: World, shared_stage: Stage, event: str, state: str, data: dict[str, Any], why: str) -> None:
    """“Difficult” and “unreasonable” are no reasons; a long pause needs an approval; physical work needs a picture."""
    case = case_in(world, shared_stage, state)
    before = snapshot(case)
    with pytest.raises(IllegalMove) as refused:
        move(world, case, event, Actor("zhao", "community_staff", ALL), **{**data_for(world, event, case.id), **data})
    assert refused.value.why == why
    assert snapshot(case) == before


def test_an_aid_case_is_declined_by_two_people_and_an_appeal_goes_to_a_third(world: World, shared_stage: Stage) -> None:
    """DS, AS and PT need a second pair of eyes; who declined does not decide again."""
    zhao = Actor(shared_stage.person(world, "zhao"), "community_staff", ALL)
    case = case_in(world, shared_stage, "submitted", category="AS01")
    data = data_for(world, "decline", case.id)
    with pytest.raises(IllegalMove, match="second_pair_of_eyes"):
        move(world, case, "decline", zhao, **{**data, "second": zhao.person_id})
    move(world, case, "decline", zhao, **data)
    move(world, case, "appeal", zhao, text="不同意")
    with pytest.raises(IllegalMove, match="another_decider"):
        move(world, case, "accept", zhao)
    move(world, case, "accept", Actor(shared_stage.person(world, "sun"), "community_staff", ALL))
    assert case.state == "accepted"


def test_who_may_make_which_move(world: World, shared_stage: Stage) -> None:
    """A resident, the party's people and staff are each offered their own moves, and no other."""
    case = case_in(world, shared_stage, "assigned")
    clock = clock_of(world)
    assert set(legal_moves(case, frozenset({"handler"}), clock)) == {"sign", "return", "note", "reply", "relocate"}
    assert set(legal_moves(case, frozenset({"resident", "reporter"}), clock)) == {"note", "relocate", "solved", "withdraw"}
    assert legal_moves(case, frozenset({"anyone"}), clock) == ("follow",)
    assert "accept" in legal_moves(case_in(world, shared_stage, "submitted"), frozenset({"staff"}), clock)
    with pytest.raises(IllegalMove, match="not_yours"):
        move(world, case, "sign", Actor("wang", "resident", frozenset({"resident"})))


def test_a_pause_shifts_the_promise_and_never_the_first_one(world: World, shared_stage: Stage) -> None:
    """Two days on hold move the due by two days; `due_first` stays for the figures."""
    case = case_in(world, shared_stage, "in_progress")
    due, first = case.answer_by, case.due_first
    staff = Actor("zhao", "community_staff", ALL)
    move(world, case, "pause", staff, reason="parts", until=world.now + timedelta(days=2))
    world.now += timedelta(days=2)
    move(world, case, "resume", staff)
    assert due is not None
    assert case.answer_by == due + timedelta(days=2)
    assert (case.due_first, case.paused_seconds) == (first, 2 * 86400)


def test_waiting_for_the_resident_is_a_pause(world: World, shared_stage: Stage) -> None:
    """The time an asked question stays open does not count against the promise, and the case goes back where it was."""
    case = case_in(world, shared_stage, "submitted")
    due = case.answer_by
    move(world, case, "ask_info", Actor("zhao", "community_staff", ALL), text="几楼？")
    world.now += timedelta(hours=5)
    move(world, case, "info_given", Actor("wang", "resident", frozenset({"resident"})), text="3楼")
    assert due is not None
    assert (case.state, case.answer_by) == ("submitted", due + timedelta(hours=5))


def test_a_transfer_keeps_the_due_and_a_return_counts_a_dispute(world: World, shared_stage: Stage) -> None:
    """The promise is the resident's: it doesn't move when parties change."""
    staff = Actor("zhao", "community_staff", ALL)
    case = case_in(world, shared_stage, "in_progress")
    due = case.answer_by
    other = world.session.scalars(select(Party.id).where(Party.kind == "EL")).one()
    move(world, case, "transfer", staff, reason="not_my_duty", party_id=other)
    assert (case.state, case.lead_id, case.answer_by) == ("assigned", other, due)
    move(world, case, "return", staff, reason="wrong_area", suggested="x")
    assert (case.state, case.lead_id, case.dispute_count, case.answer_by) == ("accepted", None, 1, due)
    move(world, case, "dispatch", staff, party_id=other)
    with pytest.raises(IllegalMove, match="first_return"):
        move(world, case, "return", staff, reason="wrong_area", suggested="x")


def test_the_words_of_a_move_are_sealed_and_its_data_holds_none(world: World, shared_stage: Stage) -> None:
    """A canary in words, and in a room number, appears in no plain column."""
    case = case_in(world, shared_stage, "in_progress")
    line = move(world, case, "progress", Actor("an", "company_agent", ALL), text="CANARY-7351")
    moved = move(world, case, "relocate", Actor("an", "company_agent", ALL), place={"building": "3", "room": "7351"})
    tables = (CaseEvent.__table__, Case.__table__)
    rows = [dict(row._mapping) for table in tables for row in world.session.execute(select(table)).all()]
    assert "7351" not in str([{k: v for k, v in row.items() if not isinstance(v, bytes)} for row in rows])
    assert line.text is not None
    assert b"CANARY" not in line.text
    assert (case.building, moved.data) == ("3", {})


def test_two_turns_on_one_case_the_later_one_is_redone(stage: Stage) -> None:
    """The version guard: a change decided on an older version raises CaseMoved, and changes nothing."""
    with stage.world() as world:
        case_id = file_case(world, Filing(stage.person(world, "wang"), "PR01", "灯不亮", {"building": "2"})).id
    with Session(stage.engine, expire_on_commit=False) as session:
        late = stage.make_world(session)
        case = late.session.get_one(Case, case_id)
        session.commit()
        with stage.world() as world:
            move(world, stage.case(world, case_id), "accept", Actor(None, "community_staff", frozenset({"staff"})))
        with pytest.raises(CaseMoved):
            move(late, case, "ask_info", Actor(None, "community_staff", frozenset({"staff"})), text="几楼？")
        session.rollback()
    with stage.world() as world:
        case = stage.case(world, case_id)
        events = world.session.scalars(select(CaseEvent.event).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)).all()
        assert (case.state, events) == ("accepted", ["submit", "accept"])
