"""Finding a matter that others have reported, joining it, and the danger that raises it (script 1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dialogs.wishes import FindSimilar, JoinCase, OpenCase
from handlers.filing import iso
from handlers.world import World
from models.case import Case, CaseEvent, Follower
from models.community import Party
from models.media import CaseMedia
from models.moves import move
from models.scene import Actor
from tests.handlers.test_cases import STAFF, granted, picture, refused
from tests.models.stage import Stage, at, letters

HERE = {"building": "2", "unit": "1", "floor": "3"}


def report(world: World, stage: Stage, who: str = "li", category: str = "PR01", **more: Any) -> str:
    place = more.pop("place", HERE)
    return str(granted(world, stage, who, OpenCase(category, place, "灯不亮", **more))["case_id"])


def found(world: World, stage: Stage, category: str = "PR01", place: dict[str, Any] | None = None, who: str = "wang") -> list[str]:
    return [case["case_id"] for case in granted(world, stage, who, FindSimilar(category, place or {"building": "2"}))["cases"]]


def test_an_open_case_of_the_building_is_found_with_its_promise(demo: Stage) -> None:
    """Number, state, due and party are told; of the place only the building."""
    with demo.world() as world:
        case_id = report(world, demo)
        (case,) = granted(world, demo, "wang", FindSimilar("PR01", {"building": "2"}))["cases"]
        assert case == {
            "case_id": case_id, "number": "SMY-261123-001", "category": "PR01", "state": "submitted",
            "answer_by": iso(at(25, "20:05")), "party": {"zh": "安家物业", "en": "Anjia Property"},
            "place": {"building": "2", "unit": None, "floor": None, "room": None, "spot": None},
        }  # fmt: skip


def test_other_places_other_matters_and_ones_own_are_not_alike(demo: Stage) -> None:
    """Same building and category, not one's own."""
    with demo.world() as world:
        report(world, demo)
        assert found(world, demo, place={"building": "3"}) == []
        assert found(world, demo, "PR05") == []
        assert found(world, demo, who="li") == []
        assert found(world, demo, place={"unit": "1"}) == []


def test_reports_of_one_public_spot_find_each_other(demo: Stage) -> None:
    """The spot is found by its fingerprint; its words stay sealed."""
    with demo.world() as world:
        case_id = report(world, demo, category="EN01", place={"spot": "大门口"})
        assert found(world, demo, "EN01", {"spot": "大门口"}) == [case_id]
        assert found(world, demo, "EN01", {"spot": "垃圾房"}) == []


@pytest.mark.parametrize(
    ("category", "young", "old"),
    [("PR01", timedelta(days=7), timedelta(days=7, minutes=1)), ("UT01", timedelta(hours=24), timedelta(hours=24, minutes=1))],
)
def test_an_old_case_is_another_matter(demo: Stage, category: str, young: timedelta, old: timedelta) -> None:
    """A week for ordinary matters, a day for urgent ones."""
    with demo.world() as world:
        case_id = report(world, demo, category=category)
    start = demo.now
    for age, expected in ((young, [case_id]), (old, [])):
        demo.now = start + age
        with demo.world() as world:
            assert found(world, demo, category) == expected


@pytest.mark.parametrize(
    ("category", "flags"), [("PR01", {"confidential": True}), ("OR01", {}), ("DS01", {})], ids=["confidential", "private", "sensitive"]
)
def test_nobodys_private_matter_is_ever_shown(demo: Stage, category: str, flags: dict[str, Any]) -> None:
    """A neighbour can't learn that somebody complained about noise, or asked for confidence."""
    with demo.world() as world:
        case_id = report(world, demo, category=category, flags=flags)
        assert found(world, demo, category) == []
        if category != "OR01":
            assert refused(world, demo, "wang", JoinCase(case_id, "我也是")).reason == "not_found"


def test_a_closed_case_is_not_joined(demo: Stage) -> None:
    """It is refused by name, so that the person can report anew."""
    with demo.world() as world:
        case_id = report(world, demo)
        move(world, demo.case(world, case_id), "withdraw", Actor(None, "resident", frozenset({"reporter"})))
        assert refused(world, demo, "wang", JoinCase(case_id, "我也是")).reason == "case_closed"
        assert refused(world, demo, "wang", JoinCase("nothing", "我也是")).reason == "not_found"


def test_joining_without_danger_changes_no_promise(stage: Stage) -> None:
    """One follower with own words and picture; joining again adds words, not a second follower."""
    with stage.world() as world:
        case_id = report(world, stage)
        photo = picture(world, stage, "wang")
        value = granted(world, stage, "wang", JoinCase(case_id, "我家门口也黑", (photo,)))
        assert (value["raised"], value["sla"], value["answer_by"]) == (False, "N2", iso(at(25, "20:05")))
        granted(world, stage, "wang", JoinCase(case_id, "还是黑的"))
    with stage.world() as world:
        case = stage.case(world, case_id)
        joined = world.session.scalars(select(Follower).where(Follower.case_id == case_id, Follower.own.is_(False))).one()
        assert (joined.person_id, case.follower_count) == (stage.person(world, "wang"), 1)
        assert joined.words is not None
        assert world.ring.open(world.session, "follower:words", joined.id, joined.words) == "我家门口也黑"
        assert world.session.scalars(select(CaseMedia.media_id)).all() == [photo]


def test_script_1_sparks_raise_the_case_and_everybody_concerned_hears(stage: Stage) -> None:
    """N2 → E1, hazard, contact in two hours, due the sooner of both; 安家物业, 陈姐 and the earlier reporter are told at once."""
    stage.now = at(23, "18:30")
    with stage.world() as world:
        case_id = report(world, stage)
        case = stage.case(world, case_id)
        firm = world.session.scalars(select(Party.id).where(Party.kind == "PM")).one()
        for event, data in (("accept", {}), ("dispatch", {"party_id": firm}), ("sign", {})):
            move(world, case, event, STAFF, **data)
    stage.now = at(23, "20:06")
    with stage.world() as world:
        photo = picture(world, stage, "wang")
        value = granted(world, stage, "wang", JoinCase(case_id, "滋滋响 还有火花", (photo,), "SF10"))
        assert value == {
            "case_id": case_id, "number": "SMY-261123-001", "contact_by": iso(at(23, "22:06")), "answer_by": iso(at(24, "20:06")),
            "sla": "E1", "raised": True,
        }  # fmt: skip
    with stage.world() as world:
        case = stage.case(world, case_id)
        assert (case.sla, case.hazard, case.due_first) == ("E1", "SF10", at(25, "18:30"))
        told = {who: [one for one in letters(world, who) if one.key.startswith("case.told.raised")] for who in ("an", "chen", "li", "wang")}
        assert [len(told[who]) for who in ("an", "chen", "li", "wang")] == [1, 1, 1, 0]
        assert told["an"][0].lane == "emergency"
        assert told["an"][0].data["place"] == {"building": "2", "unit": "1", "floor": "3", "room": None, "spot": None}
        assert told["li"][0].data["hazard"] == "SF10"
        assert "raise_class" in world.session.scalars(select(CaseEvent.event).where(CaseEvent.case_id == case_id)).all()


def test_a_second_witness_of_the_same_danger_raises_nothing(demo: Stage) -> None:
    """The promise was made sooner already; a danger in a case that is urgent anyway is noted once."""
    with demo.world() as world:
        case_id = report(world, demo, category="UT02")
        assert granted(world, demo, "wang", JoinCase(case_id, "火花", (), "SF10"))["raised"] is True
        assert granted(world, demo, "amy", JoinCase(case_id, "sparks", (), "SF10"))["raised"] is False
        assert demo.case(world, case_id).follower_count == 2


def test_joining_a_merged_case_joins_its_master(demo: Stage) -> None:
    """Nobody follows a case that nobody works on."""
    with demo.world() as world:
        master, child = report(world, demo), report(world, demo, who="amy")
        move(world, demo.case(world, child), "merge", STAFF, master_id=master)
        assert granted(world, demo, "wang", JoinCase(child, "我也是"))["case_id"] == master
        assert world.session.scalars(select(Case.state).where(Case.id == child)).one() == "merged"
