"""Consent, language, homes and the single-use secrets that give a home or a role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogs.wishes import BindCode, BindHome, GiveConsent, SetElderMode, SetLanguage
from handlers.people import UnknownRole, UnknownScope, make_codes, make_invite, use_invite
from models.audit import Audit
from models.person import Person
from models.place import BindCode as CodeRow
from models.place import home_of
from models.role import Invite, roles_of
from tests.handlers.test_cases import granted, refused
from tests.models.stage import Stage


def test_consent_is_kept_with_its_version_and_moment(demo: Stage) -> None:
    """What was agreed to and when, and a line in the audit."""
    with demo.world() as world:
        granted(world, demo, "wang", GiveConsent("v2"))
        person = world.session.get_one(Person, demo.person(world, "wang"))
        assert (person.consent_version, person.consent_at) == ("v2", demo.now)
        assert world.session.scalars(select(Audit.data).where(Audit.act == "consent")).all() == [{"version": "v2"}]


def test_language_and_elder_mode_are_the_persons_own(demo: Stage) -> None:
    """A language we don't have is not taken."""
    with demo.world() as world:
        granted(world, demo, "wang", SetLanguage("en"))
        granted(world, demo, "wang", SetElderMode(True))
        granted(world, demo, "wang", SetLanguage("fr"))
        person = world.session.get_one(Person, demo.person(world, "wang"))
        assert (person.language, person.elder) == ("en", True)


def test_a_typed_home_is_claimed_and_a_building_that_is_none_is_refused(demo: Stage) -> None:
    """Building 12 does not exist: the nearest three are named; a room must be possible in its building."""
    with demo.world() as world:
        answer = refused(world, demo, "zhang", BindHome("12", "1", "101"))
        assert (answer.reason, answer.data) == ("no_such_building", {"nearest": ["10", "11", "14"]})
        for unit, room in (("3", "101"), ("1", "701"), ("1", "104"), ("1", "x")):
            assert refused(world, demo, "zhang", BindHome("2", unit, room)).reason == "no_such_room"
        value = granted(world, demo, "chen", BindHome("2", "1", "603"))
        assert value == {"building": "2", "unit": "1", "room": "603", "verified": False}
        assert home_of(world.session, demo.person(world, "chen"), demo.now) == value


def test_a_verified_home_stays_when_another_is_claimed(demo: Stage) -> None:
    """A claim can't push out what was verified; a new claim replaces an old one."""
    with demo.world() as world:
        granted(world, demo, "wang", BindHome("3", "1", "101"))
        home = home_of(world.session, demo.person(world, "wang"), demo.now)
        assert home == {"building": "2", "unit": "1", "room": "301", "verified": True}
        granted(world, demo, "chen", BindHome("3"))
        demo.now += timedelta(minutes=1)
        world.now = demo.now
        granted(world, demo, "chen", BindHome("4"))
        home = home_of(world.session, demo.person(world, "chen"), demo.now)
        assert home is not None
        assert home["building"] == "4"


def test_a_code_verifies_one_home_once(stage: Stage) -> None:
    """Typed in any case with any spaces; the second who tries it is refused; only its fingerprint is stored."""
    with stage.world() as world:
        codes = make_codes(world, "2")
        assert len({code.code for code in codes}) == 36
        code = next(one for one in codes if (one.unit, one.room) == ("2", "603"))
    with stage.world() as world:
        typed = f" {code.code[:4].lower()}-{code.code[4:]} "
        assert granted(world, stage, "chen", BindCode(typed)) == {"building": "2", "unit": "2", "room": "603", "verified": True}
        assert refused(world, stage, "zhou", BindCode(code.code)).reason == "bad_code"
        assert refused(world, stage, "zhou", BindCode("")).reason == "bad_code"
        assert code.code not in str(world.session.scalars(select(CodeRow.digest)).all())


def test_new_codes_replace_unused_ones(demo: Stage) -> None:
    """A printed list that went missing is worth nothing after the next one."""
    with demo.world() as world:
        old = make_codes(world, "2")[0]
        new = make_codes(world, "2")[0]
        assert refused(world, demo, "chen", BindCode(old.code)).reason == "bad_code"
        granted(world, demo, "chen", BindCode(new.code))
        with pytest.raises(UnknownScope):
            make_codes(world, "12")


@pytest.mark.parametrize(
    ("role", "scope", "scope_kind", "desk"),
    [
        ("admin", "community", "community", ""),
        ("admin", "", "community", ""),
        ("community_staff", "community", "community", "general"),
        ("community_staff:civil_affairs", "community", "community", "civil_affairs"),
        ("grid_leader", "002", "grid", ""),
        ("grid_leader", "990101001003002", "grid", ""),
        ("building_director", "14栋", "building", ""),
        ("company_agent", "P-990101-PM-01", "party", ""),
        ("street_officer", "street", "street", ""),
    ],
)
def test_an_invite_names_role_scope_and_desk(demo: Stage, role: str, scope: str, scope_kind: str, desk: str) -> None:
    """Scopes are said as people say them: a building's number, the end of a grid's code, "street", a party's code."""
    with demo.world() as world:
        wang = demo.person(world, "wang")
        assert use_invite(world, wang, make_invite(world, role, scope)) == role.partition(":")[0]
        (held,) = roles_of(world.session, wang, demo.now)
        assert (held.role, held.scope_kind, held.desk) == (role.partition(":")[0], scope_kind, desk)


def test_an_invite_gives_its_role_once(stage: Stage) -> None:
    """The first who opens the link holds the role from then on; the link is then dead, and it is nowhere to be read."""
    with stage.world() as world:
        token = make_invite(world, "duty", "community")
        assert use_invite(world, stage.person(world, "wang"), token) == "duty"
        assert use_invite(world, stage.person(world, "li"), token) == ""
        assert token not in str(world.session.scalars(select(Invite.digest)).all())


def test_an_old_or_invented_invite_gives_nothing(demo: Stage) -> None:
    """After seven days the link is dead; a guessed one never lived."""
    with demo.world() as world:
        token = make_invite(world, "duty", "community")
    demo.now += timedelta(days=7)
    with demo.world() as world:
        assert use_invite(world, demo.person(world, "wang"), token) == ""
        assert use_invite(world, demo.person(world, "wang"), "guess") == ""
        assert roles_of(world.session, demo.person(world, "wang"), demo.now) == []


def test_an_invite_names_a_role_and_a_scope_that_exist(demo: Stage) -> None:
    """A typing error is told at once, not by a link that leads nowhere."""
    with demo.world() as world:
        with pytest.raises(UnknownRole):
            make_invite(world, "king", "community")
        for role, scope in (("grid_leader", "009"), ("building_director", "12"), ("company_agent", "P-1")):
            with pytest.raises(UnknownScope):
                make_invite(world, role, scope)
