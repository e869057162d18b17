"""Who may do what to which case: by dated assignment, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.filing import Filing, file_case
from handlers.people import assign
from handlers.world import World
from models.access import NotAllowed, capacities, desk_people, may, may_bind_chat
from models.audit import Audit
from models.case import Case, Follower
from models.community import Party
from models.person import Person, set_phone
from models.reporter import place_view, reporter_view
from models.role import RoleAssignment
from models.states import desk_of
from tests.models.stage import USERS, Stage, at


@pytest.fixture
def world(shared_stage: Stage) -> Iterator[World]:
    shared_stage.now = at(24, "10:00")
    with Session(shared_stage.engine, expire_on_commit=False) as session:
        yield shared_stage.make_world(session)
        session.rollback()


def case_of(world: World, stage: Stage, category: str = "PR01", *, lead: str = "", emergency: str = "", **flags: Any) -> Case:
    place = {"building": "6", "unit": "1", "room": "902"}
    case = file_case(world, Filing(stage.person(world, "li"), category, "words", place, flags=flags, emergency=emergency))
    if lead:
        case.lead_id = world.session.scalars(select(Party.id).where(Party.code == f"P-990101-{lead}")).one()
        case.state = "assigned"
        world.session.flush()
    return case


def those_who_see(world: World, stage: Stage, case: Case) -> set[str]:
    """The personas whom `may(…, "see")` lets in."""
    seen = set()
    for who in USERS:
        try:
            may(world.session, stage.person(world, who), "see", case, world.now)
        except NotAllowed:
            continue
        seen.add(who)
    return seen


@pytest.mark.parametrize(
    ("category", "lead", "more", "room", "seen"),
    [
        ("PR01", "", {}, "mc", {"li", "zhao", "sun", "qian", "chen"}),
        ("PR01", "PM-01", {}, "mc", {"li", "zhao", "sun", "qian", "chen", "an"}),
        ("EN01", "UM-01", {}, "mc", {"li", "zhao", "sun", "qian", "chen", "wu"}),
        ("EN03", "GL-001", {}, "mc", {"li", "zhao", "sun", "qian", "chen"}),
        ("PR01", "ST-01", {}, "mc", {"li", "zhao", "sun", "qian", "chen", "he"}),
        ("AS01", "", {}, "mc-s", {"li", "sun"}),
        ("AS01", "CM-01", {}, "mc-s", {"li", "sun"}),
        ("DS01", "", {}, "mc-s", {"li", "zhao"}),  # nobody holds the mediation desk: the duty officer steps in
        ("OR01", "GL-001", {"confidential": True}, "mc-s", {"li", "zhao", "chen"}),
        ("PT03", "", {}, "auditor", {"li", "shi"}),
        ("DS05", "", {"emergency": "DS05"}, "mc-s", {"li", "zhao"}),
        ("SF01", "", {"emergency": "SF01"}, "mc-s", {"li", "zhao", "qian"}),
    ],
)
def test_who_sees_a_case(world: World, shared_stage: Stage, category: str, lead: str, more: dict[str, Any], room: str, seen: set[str]) -> None:
    """Ordinary ones staff, the grid leader and whoever it was sent to; sensitive ones their desk; a complaint about staff the auditor."""
    case = case_of(world, shared_stage, category, lead=lead, **more)
    assert desk_of(case) == room
    assert those_who_see(world, shared_stage, case) == seen


def test_a_lead_reads_a_sensitive_case_with_a_reason_that_is_kept(world: World, shared_stage: Stage) -> None:
    """Without one: needs_reason. With one: allowed, and a line in the audit. The auditor's cases stay closed."""
    qian = shared_stage.person(world, "qian")
    case = case_of(world, shared_stage, "AS01")
    with pytest.raises(NotAllowed) as refused:
        may(world.session, qian, "see", case, world.now)
    assert refused.value.key == "needs_reason"
    grant = may(world.session, qian, "see", case, world.now, reason="申诉复核")
    world.session.flush()
    line = world.session.scalars(select(Audit).where(Audit.target_id == case.id)).one()
    assert (grant.role, line.person_id, line.act, line.data["reason"]) == ("community_lead", qian, "see", "申诉复核")
    with pytest.raises(NotAllowed):
        may(world.session, qian, "see", case_of(world, shared_stage, "PT03"), world.now, reason="好奇")


def test_an_assignment_counts_only_between_its_dates(world: World, shared_stage: Stage) -> None:
    """Before it began and after it ended, the same person is nobody."""
    case = case_of(world, shared_stage)
    zhao = shared_stage.person(world, "zhao")
    row = world.session.scalars(select(RoleAssignment).where(RoleAssignment.person_id == zhao, RoleAssignment.role == "community_staff")).one()
    with pytest.raises(NotAllowed):
        may(world.session, zhao, "accept", case, row.since - timedelta(seconds=1))
    assert may(world.session, zhao, "accept", case, world.now).role == "community_staff"
    row.until = world.now
    world.session.flush()
    with pytest.raises(NotAllowed):
        may(world.session, zhao, "accept", case, world.now)


@pytest.mark.parametrize(
    ("who", "act", "allowed"),
    [
        ("zhao", "accept", True), ("qian", "accept", True), ("an", "accept", False), ("an", "sign", True), ("an", "answer", True),
        ("an", "verify_ok", False), ("chen", "verify_ok", True), ("chen", "sign", False), ("zhou", "verify_ok", False), ("li", "withdraw", True),
        ("wang", "withdraw", False), ("wang", "follow", True), ("zhao", "invalidate", False), ("qian", "invalidate", True), ("du", "see", False),
        ("zhao", "fly", False), ("li", "accept", False),
    ],
)  # fmt: skip
def test_who_may_make_a_move(world: World, shared_stage: Stage, who: str, act: str, allowed: bool) -> None:
    """The party signs and answers, the grid checks, staff accept, the reporter withdraws, anybody joins."""
    case = case_of(world, shared_stage, lead="PM-01")
    person = shared_stage.person(world, who)
    if allowed:
        assert may(world.session, person, act, case, world.now).person_id == person
    else:
        with pytest.raises(NotAllowed):
            may(world.session, person, act, case, world.now)


def test_following_gives_the_rights_of_a_resident_until_one_leaves(world: World, shared_stage: Stage) -> None:
    """A joiner is a resident of the case; after leaving, nobody."""
    case = case_of(world, shared_stage)
    wang = shared_stage.person(world, "wang")
    row = Follower(id=world.new_id(), community_id=case.community_id, case_id=case.id, person_id=wang, own=False, joined_at=world.now)
    world.session.add(row)
    world.session.flush()
    assert capacities(world.session, wang, case, world.now).capacities == {"anyone", "resident"}
    row.left_at = world.now
    world.session.flush()
    assert capacities(world.session, wang, case, world.now).capacities == {"anyone"}


def test_acts_outside_cases_follow_roles_too(world: World, shared_stage: Stage) -> None:
    """A lead or admin binds chats and invites; staff work in the moderator chat; a resident does neither."""
    person = {who: shared_stage.person(world, who) for who in USERS}
    assert may_bind_chat(world.session, person["qian"], world.now).role in {"community_lead", "admin"}
    assert may(world.session, person["zhao"], "work_in_mc", world.community_id, world.now).desk == "general"
    for who, act in (("zhao", "bind_chat"), ("wang", "work_in_mc"), ("an", "work_in_mc"), ("zhao", "invite")):
        with pytest.raises(NotAllowed):
            may(world.session, person[who], act, world.community_id, world.now)
    with pytest.raises(NotAllowed):
        may(world.session, person["qian"], "invite", "another community", world.now)


def test_who_works_on_what_isnt_for_everybody(world: World, shared_stage: Stage) -> None:
    """The desk, the duty officer for an alarm, the auditor; a desk that nobody holds falls to duty, then to its mediator."""
    keys = {shared_stage.person(world, who): who for who in USERS}
    expected = {"AS01": ["sun"], "PT03": ["shi"], "DS01": ["zhao"]}
    for category, people in expected.items():
        assert [keys[p] for p in desk_people(world.session, case_of(world, shared_stage, category), world.now)] == people
    alarm = case_of(world, shared_stage, "SF02", emergency="SF02")
    assert [keys[p] for p in desk_people(world.session, alarm, world.now)] == ["zhao"]
    assign(world, shared_stage.person(world, "he"), "mediator", "community", world.community_id, "", "test")
    quarrel = case_of(world, shared_stage, "DS01")
    assert [keys[p] for p in desk_people(world.session, quarrel, world.now)] == ["he"]
    assert "zhao" not in those_who_see(world, shared_stage, quarrel)


def test_a_company_learns_the_room_and_after_signing_the_agreed_contact(world: World, shared_stage: Stage) -> None:
    """No name; no number before the party has signed; staff see both."""
    case = case_of(world, shared_stage, lead="PM-01")
    li = world.session.get_one(Person, shared_stage.person(world, "li"))
    set_phone(world.session, world.ring, li, "13800138000")
    agent = capacities(world.session, shared_stage.person(world, "an"), case, world.now)
    home = {"building": "9", "unit": "2", "room": "902", "verified": True}
    assert reporter_view(world, case, agent) == {"shown": "room", "home": home}
    case.signed_at = world.now
    assert reporter_view(world, case, agent) == {"shown": "room", "home": home, "phone": "13800138000"}
    staff = capacities(world.session, shared_stage.person(world, "zhao"), case, world.now)
    assert reporter_view(world, case, staff) == {"shown": "named", "home": home, "phone": "13800138000", "name": "李哥"}
    nobody = capacities(world.session, shared_stage.person(world, "amy"), case, world.now)
    assert reporter_view(world, case, nobody) == {"shown": "none"}


def test_script_3_a_confidential_place_is_a_neighbourhood(world: World, shared_stage: Stage) -> None:
    """The handler reads “building 6, floors 9–10”, not 902 and no name; the card in the staff chat says no more."""
    case = case_of(world, shared_stage, "OR01", lead="GL-001", confidential=True)
    chen = capacities(world.session, shared_stage.person(world, "chen"), case, world.now)
    near = {"building": "6", "unit": None, "floor": "9-10", "room": None, "spot": None}
    for viewer in (chen, None):
        assert place_view(world, case, viewer) == near
        assert reporter_view(world, case, viewer) == {"shown": "hidden"}
    zhao = capacities(world.session, shared_stage.person(world, "zhao"), case, world.now)
    assert place_view(world, case, zhao)["room"] == "902"
    assert reporter_view(world, case, zhao)["shown"] == "named"


def test_a_card_in_the_sensitive_chat_names_nobody(world: World, shared_stage: Stage) -> None:
    """Everybody in the chat sees it, also those whose case it isn't (domain.md 3.3: no previews with names)."""
    for category, emergency in (("AS01", ""), ("SF02", "SF02")):
        assert "name" not in reporter_view(world, case_of(world, shared_stage, category, emergency=emergency), None)
    assert reporter_view(world, case_of(world, shared_stage), None)["name"] == "李哥"
