"""Filing, undoing, being phoned, handing to staff, a neighbour's hand: what is stored and what is answered."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dialogs.wishes import AskHelp, AskStaff, CallMe, OpenCase, Quote, UndoCase
from dialogs.words import Answered, Refused
from handlers.filing import iso, masked
from handlers.grants import grant
from handlers.world import World
from models.case import Case, CaseEvent, CaseTask, Follower
from models.media import CaseMedia, Media
from models.moves import move
from models.person import Person
from models.scene import Actor
from tests.models.stage import ACCOUNT, Stage, at, letters

LIGHT = OpenCase("PR01", {"building": "2", "unit": "1", "floor": "3"}, "2栋1单元三楼灯不亮")
STAFF = Actor(None, "community_staff", frozenset({"staff"}))


def granted(world: World, stage: Stage, who: str, wish: Any) -> dict[str, Any]:
    answer = grant(world, stage.person(world, who), wish)
    assert isinstance(answer, Answered), answer
    assert answer.wish == type(wish).__name__
    return answer.value


def refused(world: World, stage: Stage, who: str, wish: Any) -> Refused:
    answer = grant(world, stage.person(world, who), wish)
    assert isinstance(answer, Refused), answer
    return answer


def picture(world: World, stage: Stage, who: str) -> str:
    """A photo that somebody has sent."""
    row = Media(
        id=world.new_id(), community_id=world.community_id, account=ACCOUNT, person_id=stage.person(world, who), kind="photo",
        channel_ref="file-1", created_at=world.now,
    )  # fmt: skip
    world.session.add(row)
    return row.id


def only_case(world: World) -> Case:
    return world.session.scalars(select(Case)).one()


def withdraw_consent(world: World, stage: Stage, who: str) -> None:
    world.session.get_one(Person, stage.person(world, who)).consent_version = ""


def test_a_filed_case_is_answered_with_its_number_and_promise(stage: Stage) -> None:
    """Number of the day, tail, absolute moments, the party; the words sealed under the reporter's key."""
    with stage.world() as world:
        photo = picture(world, stage, "wang")
        value = granted(world, stage, "wang", OpenCase(LIGHT.category, LIGHT.place, LIGHT.words, (photo,), {"needs_help": True}))
    with stage.world() as world:
        case = only_case(world)
        assert value == {
            "case_id": case.id, "number": "SMY-261123-001", "tail": "001", "category": "PR01",
            "contact_by": iso(at(24, "08:30")), "answer_by": iso(at(25, "20:05")), "sla": "N2",
            "party": {"zh": "安家物业", "en": "Anjia Property"},
        }  # fmt: skip
        assert (case.state, case.building, case.needs_help, case.due_first) == ("submitted", "2", True, case.answer_by)
        assert (case.lead_id, case.confidential, case.sensitive) == (None, False, False)
        assert world.ring.open(world.session, "case:words", case.id, case.words) == LIGHT.words
        assert world.ring.open(world.session, "case:place", case.id, case.place)["floor"] == "3"
        assert world.session.scalars(select(CaseMedia.media_id)).all() == [photo]
        follower = world.session.scalars(select(Follower)).one()
        assert (follower.person_id, follower.own) == (case.reporter_id, True)
        assert world.session.scalars(select(CaseEvent.event)).all() == ["submit"]


def test_the_same_event_redone_files_one_case(stage: Stage) -> None:
    """A turn that is handled twice has one case and one number."""
    with stage.world("update:7") as world:
        first = granted(world, stage, "wang", LIGHT)
    with stage.world("update:7") as world:
        assert granted(world, stage, "wang", LIGHT) == first
    with stage.world() as world:
        assert only_case(world).number == first["number"]


def test_two_people_at_once_get_two_numbers(stage: Stage) -> None:
    """The counter gives each of twelve concurrent filings its own number."""
    if stage.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writing connection: there is no concurrency to test")
    faults: list[BaseException] = []

    def file() -> None:
        try:
            with stage.world() as world:
                granted(world, stage, "wang", OpenCase("PR01", LIGHT.place, "灯", hazard="SF10"))
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=file) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with stage.world() as world:
        numbers = world.session.scalars(select(Case.number)).all()
        assert sorted(numbers) == [f"SMY-261123-{n:03d}" for n in range(1, 13)]


def test_numbers_begin_anew_each_day_of_the_community(demo: Stage) -> None:
    """The day is the community's own, not UTC's."""
    with demo.world() as world:
        granted(world, demo, "wang", LIGHT)
    demo.now = at(24, "00:05")
    with demo.world() as world:
        assert granted(world, demo, "li", LIGHT)["number"] == "SMY-261124-001"


@pytest.mark.parametrize(
    "place", [{}, {"building": "12"}, {"unit": "1"}, {"building": None, "spot": ""}], ids=["none", "no such building", "unit only", "empty"]
)
def test_a_matter_of_a_place_needs_one_that_exists(demo: Stage, place: dict[str, Any]) -> None:
    """No case is ever filed for building 12."""
    with demo.world() as world:
        assert refused(world, demo, "wang", OpenCase("PR01", place, "灯不亮")).reason == "place_missing"
        assert world.session.scalars(select(Case)).all() == []


def test_a_certificate_needs_no_place(demo: Stage) -> None:
    """Matters of a person are filed without a building."""
    with demo.world() as world:
        granted(world, demo, "wang", OpenCase("AD01", {}, "开居住证明"))
        assert only_case(world).building is None


@pytest.mark.parametrize(
    ("wish", "filed"),
    [
        (LIGHT, False),
        (OpenCase("UT01", {"building": "2"}, "没水"), True),
        (OpenCase("PR01", {"building": "2"}, "灯滋滋响", hazard="SF10"), True),
        (OpenCase("EN01", {"spot": "大门口"}, "垃圾满了"), True),
        (OpenCase("PR01", {"building": "2"}, "灯", flags={"call_me": True}), True),
    ],
    ids=["ordinary", "urgent", "hazard", "public place", "call me"],
)
def test_consent_is_asked_first_only_where_it_may_wait(demo: Stage, wish: OpenCase, filed: bool) -> None:
    """Urgent matters, public places and “phone me” are filed without consent; others wait for one tap."""
    with demo.world() as world:
        withdraw_consent(world, demo, "wang")
        if filed:
            granted(world, demo, "wang", wish)
        else:
            assert refused(world, demo, "wang", wish).reason == "consent_missing"


def test_the_sixth_case_of_an_hour_is_refused_but_never_a_danger(demo: Stage) -> None:
    """Five an hour; a hazard is always filed; an hour later there is room again."""
    with demo.world() as world:
        for _ in range(5):
            granted(world, demo, "wang", LIGHT)
        answer = refused(world, demo, "wang", LIGHT)
        assert (answer.reason, answer.data) == ("too_many", {"limit": 5})
        granted(world, demo, "wang", OpenCase("PR01", {"building": "2"}, "火花", hazard="SF10"))
        granted(world, demo, "li", LIGHT)
    demo.now += timedelta(hours=1, minutes=1)
    with demo.world() as world:
        granted(world, demo, "wang", LIGHT)


def test_a_hazard_makes_a_new_case_urgent(demo: Stage) -> None:
    """Sparks at a light: E1, contact in two hours, whatever the hour of the day."""
    with demo.world() as world:
        value = granted(world, demo, "wang", OpenCase("PR01", {"building": "2"}, "灯冒火花", hazard="SF10"))
        assert (value["sla"], value["contact_by"]) == ("E1", iso(at(23, "22:05")))
        assert only_case(world).hazard == "SF10"


def test_the_promise_is_told_before_it_is_given(demo: Stage) -> None:
    """Quote and filing say the same, when nothing lies between."""
    with demo.world() as world:
        quoted = granted(world, demo, "wang", Quote("OR01", {"building": "6"}))
        filed = granted(world, demo, "wang", OpenCase("OR01", {"building": "6", "room": "902"}, "打麻将"))
        assert quoted == {name: filed[name] for name in ("contact_by", "answer_by", "sla", "party")}
        assert quoted["party"]["zh"] == "网格001"


def test_a_sensitive_or_confidential_case_has_no_title(demo: Stage) -> None:
    """Only ordinary cases can be found by their words, and those without numbers of people."""
    with demo.world() as world:
        granted(world, demo, "wang", OpenCase("AS01", {}, "想申请低保"))
        granted(world, demo, "li", OpenCase("OR01", {"building": "9"}, "楼上吵", flags={"confidential": True}))
        granted(world, demo, "amy", OpenCase("PR01", {"building": "5"}, "灯坏了 打我13800138000"))
        cases = {case.category: case for case in world.session.scalars(select(Case))}
        assert (cases["AS01"].title, cases["AS01"].sensitive) == ("", True)
        assert (cases["OR01"].title, cases["OR01"].confidential) == ("", True)
        assert cases["PR01"].title == "灯坏了 打我＊"


def test_a_title_is_one_short_line() -> None:
    """Line breaks become spaces and the rest is cut."""
    assert masked("一\n二  三", {"title_characters": 3}) == "一 二"


def test_undo_within_two_minutes_and_not_after(demo: Stage) -> None:
    """The reporter alone takes it back, within two minutes, while nobody has touched it."""
    with demo.world() as world:
        one, two = (granted(world, demo, "wang", LIGHT)["case_id"] for _ in range(2))
        assert refused(world, demo, "li", UndoCase(one)).reason == "not_found"
    demo.now += timedelta(minutes=2)
    with demo.world() as world:
        granted(world, demo, "wang", UndoCase(one))
        assert demo.case(world, one).state == "withdrawn"
        move(world, demo.case(world, two), "accept", STAFF)
        assert refused(world, demo, "wang", UndoCase(two)).reason == "already_handled"
        three = granted(world, demo, "wang", LIGHT)["case_id"]
    demo.now += timedelta(minutes=2, seconds=1)
    with demo.world() as world:
        assert refused(world, demo, "wang", UndoCase(three)).reason == "too_late"


def test_call_me_files_what_the_words_tell_best(demo: Stage) -> None:
    """No water with a place becomes UT01 with its two hours; without a place, a general matter for the next morning."""
    with demo.world() as world:
        withdraw_consent(world, demo, "wang")
        value = granted(world, demo, "wang", CallMe("家里没有水", {"building": "2"}))
        case = demo.case(world, value["case_id"])
        assert (case.category, case.call_me, value["contact_by"]) == ("UT01", True, iso(at(23, "22:05")))
        vague = granted(world, demo, "li", CallMe())
        assert demo.case(world, vague["case_id"]).category == "AD02"
        assert vague["contact_by"] == iso(at(24, "10:00"))


def test_call_me_marks_ones_own_open_case(demo: Stage) -> None:
    """No second case is made; somebody else's case is never touched."""
    with demo.world() as world:
        case_id = granted(world, demo, "wang", LIGHT)["case_id"]
        assert granted(world, demo, "wang", CallMe("请打我", case_id=case_id))["case_id"] == case_id
        assert demo.case(world, case_id).call_me is True
        assert granted(world, demo, "li", CallMe("请打我", case_id=case_id))["case_id"] != case_id


@pytest.mark.parametrize(("clock", "on_duty", "contact"), [("10:00", True, at(23, "10:03")), ("20:05", False, at(24, "10:00"))])
def test_a_question_to_staff_says_who_is_there_and_until_when(demo: Stage, clock: str, on_duty: bool, contact: datetime) -> None:
    """In opening hours minutes, else the next working morning; three working days for the answer."""
    demo.now = at(23, clock)
    with demo.world() as world:
        withdraw_consent(world, demo, "wang")
        value = granted(world, demo, "wang", AskStaff("养老认证怎么办"))
        assert (value["on_duty"], datetime.fromisoformat(value["contact_by"])) == (on_duty, contact)
        assert set(value) == {"case_id", "number", "answer_by", "contact_by", "on_duty"}


def test_the_building_director_is_asked_without_a_word_about_health(demo: Stage) -> None:
    """刘叔 gets “water, building 2 floor 2” in private; the place is sealed, the reason unsaid."""
    with demo.world() as world:
        place = {"building": "2", "floor": "2", "room": "201"}
        filed = granted(world, demo, "wang", OpenCase("UT01", place, "没水，我腿脚不好", flags={"needs_help": True}))
        value = granted(world, demo, "wang", AskHelp(filed["case_id"], "water"))
        assert value == {"helper": {"zh": "刘叔", "en": "刘叔"}}
        (letter,) = [one for one in letters(world, "liu") if one.key == "case.help.task"]
        assert letter.data == {"what": "water", "place": {"building": "2", "floor": "2"}, "number": filed["number"]}
        task = world.session.scalars(select(CaseTask)).one()
        assert (task.what, task.helper_id) == ("water", demo.person(world, "liu"))


def test_where_no_director_is_the_grid_leader_is_asked(demo: Stage) -> None:
    """Building 9 has none: 老周 of its grid is asked; without a building there is nobody."""
    with demo.world() as world:
        filed = granted(world, demo, "li", OpenCase("UT01", {"building": "9"}, "没水"))
        assert granted(world, demo, "li", AskHelp(filed["case_id"], "water"))["helper"]["zh"] == "老周"
        anywhere = granted(world, demo, "li", OpenCase("EN01", {"spot": "大门口"}, "垃圾"))
        assert refused(world, demo, "li", AskHelp(anywhere["case_id"], "hand")).reason == "nobody"
        assert refused(world, demo, "wang", AskHelp(filed["case_id"], "water")).reason == "nobody"
