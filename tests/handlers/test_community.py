"""Bringing a community in from a file, once and again."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select

from handlers.community import BadCommunity, StartupRefused, import_community, with_accounts
from handlers.people import UnknownScope
from models.community import Chat, Community, EmergencyNumber, OrgNode, Party, find_chat
from models.person import Person, name_of
from models.place import Building, home_of, layout
from models.role import RoleAssignment, holders, roles_of
from models.tables import Base
from tests.models.stage import USERS, Stage, toml

DEMO = toml("bot/demo_community.toml")


def filled(**changes: Any) -> dict[str, Any]:
    chats = {row["key"]: -1001000000000 - number for number, row in enumerate(DEMO["chats"], start=1)}
    return with_accounts({**DEMO, **changes}, USERS, chats)


def counts(stage: Stage) -> dict[str, int]:
    with stage.world() as world:
        return {name: world.session.scalar(select(func.count()).select_from(t)) or 0 for name, t in Base.metadata.tables.items()}


def test_the_demo_community_is_the_fixture(stage: Stage) -> None:
    """Twelve buildings, 12 and 13 missing; grids, parties, numbers, people with roles and homes, all chats."""
    with stage.world() as world:
        community = world.session.get_one(Community, stage.community_id)
        assert (community.alias, community.code, community.contacts["pm"]) == ("SMY", "990101001003", "0999-5551234")
        numbers = {row.kind: row.number for row in world.session.scalars(select(EmergencyNumber))}
        assert (numbers["119"], numbers["gas"], numbers["lift"]) == ("119", "0999-96777", "96333")
        buildings = layout(world.session, stage.community_id)["buildings"]
        assert list(buildings) == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "14"]
        homes = {number: one["units"] * one["floors"] * one["rooms"] for number, one in buildings.items()}
        assert homes == {"1": 36, "2": 36, "4": 36, "3": 72, "5": 76, "6": 64, "8": 64, "7": 66, "9": 66, "10": 66, "11": 66, "14": 66}
        assert [number for number, one in buildings.items() if not one["lift"]] == ["1", "2", "4"]
        grids = {node.id: node.code[-3:] for node in world.session.scalars(select(OrgNode).where(OrgNode.kind == "grid"))}
        second = {b.number for b in world.session.scalars(select(Building)) if grids[b.grid_id] == "002"}
        assert second == {"7", "8", "9", "10", "11", "14"}
        wang = stage.person(world, "wang")
        assert home_of(world.session, wang, stage.now) == {"building": "2", "unit": "1", "room": "301", "verified": True}
        person = world.session.get_one(Person, wang)
        assert (person.language, person.consent_version, name_of(world.session, stage.ring, person)) == ("zh", "v1", "王阿姨")
        held = {role.role: role.desk for role in roles_of(world.session, stage.person(world, "zhao"), stage.now)}
        assert held == {"community_staff": "general", "duty": ""}
        assert holders(world.session, stage.community_id, "auditor", stage.now) == [stage.person(world, "shi")]
        assert Counter(world.session.scalars(select(Chat.kind))) == {"mc": 1, "mc-s": 1, "gw": 2, "lc": 1, "vc": 1, "pc": 1, "bg": 12}
        building = world.session.scalars(select(Building).where(Building.number == "14")).one()
        assert find_chat(world.session, stage.community_id, "bg", building.id) is not None


def test_importing_again_makes_nothing_new(stage: Stage) -> None:
    """The same file twice leaves every table as long as it was."""
    before = counts(stage)
    with stage.world() as world:
        report = import_community(world, filled())
        assert set(report.made.values()) == {0}
        assert world.community_id == stage.community_id
    assert counts(stage) == before


def test_a_role_that_the_file_no_longer_names_has_ended(demo: Stage) -> None:
    """It is dated, not deleted; roles that came otherwise stay."""
    demo.now = demo.now.replace(hour=21)
    people = [{**row, "roles": row.get("roles", [])[:1]} if row["key"] == "zhao" else row for row in DEMO["people"]]
    with demo.world() as world:
        zhao = demo.person(world, "zhao")
        world.session.scalars(select(RoleAssignment).where(RoleAssignment.role == "admin")).one().person_id = zhao
        world.session.scalars(select(RoleAssignment).where(RoleAssignment.role == "admin")).one().source = "invite"
        import_community(world, filled(people=people))
        assert {role.role for role in roles_of(world.session, zhao, demo.now)} == {"community_staff", "admin"}
        ended = world.session.scalars(select(RoleAssignment).where(RoleAssignment.role == "duty")).one()
        assert ended.until == demo.now


def test_changed_facts_are_brought_up_to_date(demo: Stage) -> None:
    """A new number, a renamed party, another grid: changed in place."""
    with demo.world() as world:
        import_community(world, filled(emergency_numbers={**DEMO["emergency_numbers"], "gas": "1"}, contacts={"pm": "2"}))
        assert world.session.get_one(EmergencyNumber, (demo.community_id, "gas")).number == "1"
        assert world.session.get_one(Community, demo.community_id).contacts == {"pm": "2"}


def test_people_without_an_account_wait(demo: Stage) -> None:
    """They are named in the report; they come in by an invite."""
    with demo.world() as world:
        report = import_community(world, {**DEMO, "chats": []})
        assert report.waiting == [row["key"] for row in DEMO["people"]]


def test_without_emergency_numbers_nothing_is_brought_in(demo: Stage) -> None:
    """Nobody in danger could be helped: it is refused before anything is written."""
    with demo.world() as world, pytest.raises(StartupRefused):
        import_community(world, filled(emergency_numbers={}, community={**DEMO["community"], "alias": "ABC"}))
    with demo.world() as world:
        assert world.session.scalars(select(Community.alias)).all() == ["SMY"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"community": {"alias": "SMY"}}, "'code' is missing"),
        ({"parties": [{"code": "X", "kind": "GL", "zh": "x", "en": "x", "node": "1"}]}, "node 1"),
        ({"people": [{"key": "wang", "home": "12-1-101"}]}, "building 12"),
        ({"responsibilities": [{"category": "PR01", "node": "990101", "lead": "nobody"}]}, "party nobody"),
        ({"chats": [{"key": "mc", "kind": "kitchen"}]}, "kind of chat 'kitchen'"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_with_a_sentence(demo: Stage, changes: dict[str, Any], says: str) -> None:
    """What is wrong is named, so that the writer can mend it."""
    with demo.world() as world, pytest.raises(BadCommunity, match=says):
        import_community(world, filled(**changes))


def test_a_role_for_a_scope_that_is_none_is_refused(demo: Stage) -> None:
    """A grid leader of grid 009 would lead nobody."""
    people = [{"key": "wang", "roles": [{"role": "grid_leader", "scope": "009"}]}]
    with demo.world() as world, pytest.raises(UnknownScope):
        import_community(world, filled(people=people))


def test_a_communitys_own_matrix_comes_before_the_default(demo: Stage) -> None:
    """The nearest node upwards decides: the grid's entry for its buildings, the community's for the rest."""
    from models.parties import responsible

    row = {"category": "PR01", "node": "990101001003", "lead": "P-990101-EL-01", "backup": "P-990101-CM-01"}
    own = {"category": "PR01", "node": "990101001003002", "lead": "P-990101-LF-01", "co": ["P-990101-PM-01"]}
    with demo.world() as world:
        import_community(world, filled(responsibilities=[row, own]))
        found = {
            number: responsible(
                world.session, demo.community_id, "PR01", demo.book.categories["PR01"],
                world.session.scalars(select(Building).where(Building.number == number)).one(),
            )
            for number in ("2", "9")
        }  # fmt: skip
        assert (found["2"].lead.kind, found["9"].lead.kind) == ("EL", "LF")
        assert [party.kind for party in found["9"].co] == ["PM"]
        assert found["2"].backup is not None
        world.session.query(Party).filter(Party.kind == "PM").delete()
        other = responsible(world.session, demo.community_id, "PR05", demo.book.categories["PR05"], None)
        assert other.lead.kind == "CM", "a party that isn't there is replaced by the backup, in the end by the community"
