"""A resident's own cases: the list, the timeline, further words, withdrawing, the verdict."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dialogs.wishes import AddNote, ConfirmCase, JoinCase, ListCases, OpenCase, RaiseAlarm, ShowCase, WithdrawCase
from handlers.filing import iso
from handlers.world import World
from models.case import CaseEvent, Follower
from models.moves import move
from models.scene import TIMER
from tests.handlers.test_cases import STAFF, granted, picture, refused
from tests.models.stage import Stage, at, letters

HERE = {"building": "2", "unit": "1"}


def report(world: World, stage: Stage, who: str = "wang", category: str = "PR01", **more: Any) -> str:
    return str(granted(world, stage, who, OpenCase(category, HERE, "灯不亮", **more))["case_id"])


def brought_to(world: World, stage: Stage, case_id: str, state: str) -> None:
    """Bring a filed case along the ordinary way to `state`."""
    case = stage.case(world, case_id)
    way: tuple[tuple[str, dict[str, Any]], ...] = (
        ("accept", {}), ("dispatch", {"party_id": case.proposed_id}), ("sign", {}),
        ("answer", {"text": "换好了", "result": "solved", "no_photo": True}), ("verify_ok", {}),
    )  # fmt: skip
    for event, data in way:
        if case.state == state:
            return
        move(world, case, event, STAFF, **data)
    assert case.state == state


def test_open_cases_stand_first_and_at_most_ten_are_listed(demo: Stage) -> None:
    """What still runs is on top, then the newest."""
    with demo.world() as world:
        first = report(world, demo)
        granted(world, demo, "wang", WithdrawCase(first))
    for hours in range(1, 13):
        demo.now = at(23, "20:05") + timedelta(hours=hours)
        with demo.world() as world:
            last = report(world, demo)
    with demo.world() as world:
        cases = granted(world, demo, "wang", ListCases())["cases"]
        assert (len(cases), cases[0]["case_id"], all(case["open"] for case in cases)) == (10, last, True)
        assert set(cases[0]) == {"case_id", "number", "category", "state", "building", "answer_by", "open"}


def test_a_list_that_others_may_read_shows_no_violence(demo: Stage) -> None:
    """An alarm about violence or a crisis is in no list; a fire is."""
    with demo.world() as world:
        granted(world, demo, "wang", RaiseAlarm("DS04", "他又打我"))
        granted(world, demo, "wang", RaiseAlarm("SF02", "着火了", {"building": "2"}))
        assert [case["category"] for case in granted(world, demo, "wang", ListCases())["cases"]] == ["SF02"]


def test_each_resident_reads_public_words_and_their_own(demo: Stage) -> None:
    """Staff's public words are for all, internal notes for none, another resident's words never."""
    with demo.world() as world:
        case_id = report(world, demo)
        granted(world, demo, "li", JoinCase(case_id, "我是九栋来串门的"))
        granted(world, demo, "wang", AddNote(case_id, "还是不亮"))
        brought_to(world, demo, case_id, "in_progress")
        move(world, demo.case(world, case_id), "progress", STAFF, text="明天换灯")
        move(world, demo.case(world, case_id), "note", STAFF, text="内部：他总投诉")
        texts = {
            who: " ".join(line["text"] for line in granted(world, demo, who, ShowCase(case_id))["timeline"]) for who in ("wang", "li")
        }
        assert "明天换灯" in texts["wang"]
        assert "还是不亮" in texts["wang"]
        assert "串门" not in texts["wang"]
        assert "内部" not in texts["wang"]
        assert "还是不亮" not in texts["li"]
        assert "串门" in texts["li"]
        assert refused(world, demo, "amy", ShowCase(case_id)).reason == "not_found"


def test_a_case_shows_the_moves_that_are_its_residents(demo: Stage) -> None:
    """Withdraw while it runs, confirm when it is answered, reopen when it is closed; a joiner does not see the room."""
    with demo.world() as world:
        case_id = report(world, demo)
        shown = granted(world, demo, "wang", ShowCase(case_id))
        assert (shown["moves"], shown["place"]["unit"], shown["party"]["zh"]) == (["withdraw", "note"], "1", "安家物业")
        granted(world, demo, "li", JoinCase(case_id, "我也是"))
        joined = granted(world, demo, "li", ShowCase(case_id))
        assert (joined["moves"], joined["place"]) == (["note"], {"building": "2"})
        brought_to(world, demo, case_id, "confirming")
        assert granted(world, demo, "wang", ShowCase(case_id))["moves"] == ["withdraw", "confirm", "note"]
        granted(world, demo, "wang", ConfirmCase(case_id, "solved"))
        assert granted(world, demo, "wang", ShowCase(case_id))["moves"] == ["reopen"]


def test_further_words_answer_the_desks_question(stage: Stage) -> None:
    """In need_info any words bring the case back; the promise moves by the time it waited."""
    with stage.world() as world:
        case_id = report(world, stage)
        due = stage.case(world, case_id).answer_by
        move(world, stage.case(world, case_id), "ask_info", STAFF, text="几楼？")
    stage.now += timedelta(hours=3)
    with stage.world() as world:
        photo = picture(world, stage, "wang")
        assert granted(world, stage, "wang", AddNote(case_id, "三楼", (photo,))) == {"number": "SMY-261123-001"}
        assert due is not None
        assert (stage.case(world, case_id).state, stage.case(world, case_id).answer_by) == ("submitted", due + timedelta(hours=3))


def test_words_to_a_closed_case_are_refused_unless_silence_closed_it(demo: Stage) -> None:
    """What was closed because nobody answered is reopened by any words within 30 days."""
    with demo.world() as world:
        closed, silent = report(world, demo), report(world, demo)
        granted(world, demo, "wang", ConfirmCase(closed, "solved"))
        assert refused(world, demo, "wang", AddNote(closed, "又坏了")).reason == "case_closed"
        assert refused(world, demo, "li", AddNote(closed, "又坏了")).reason == "not_found"
        move(world, demo.case(world, silent), "ask_info", STAFF, text="几楼？")
    demo.now += timedelta(hours=72)
    with demo.world() as world:
        move(world, demo.case(world, silent), "silence", TIMER, reminded=True)
        assert demo.case(world, silent).outcome == "no_response"
        granted(world, demo, "wang", AddNote(silent, "三楼，对不起才看到"))
        assert demo.case(world, silent).state == "in_progress"


def test_withdrawing_an_ordinary_case_closes_it(demo: Stage) -> None:
    """Only the reporter withdraws, and only what runs."""
    with demo.world() as world:
        case_id = report(world, demo)
        assert refused(world, demo, "li", WithdrawCase(case_id)).reason == "not_found"
        assert granted(world, demo, "wang", WithdrawCase(case_id)) == {"number": "SMY-261123-001", "hazard_stays": False}
        assert demo.case(world, case_id).state == "withdrawn"
        assert refused(world, demo, "wang", WithdrawCase(case_id)).reason == "not_now"


def test_a_hazard_goes_on_without_the_resident(demo: Stage) -> None:
    """The case stays open for staff; the one who left hears no more of it and is nobody's reporter."""
    with demo.world() as world:
        case_id = report(world, demo, hazard="SF10")
        assert granted(world, demo, "wang", WithdrawCase(case_id))["hazard_stays"] is True
        case = demo.case(world, case_id)
        assert (case.state, case.reporter_id) == ("submitted", None)
        assert granted(world, demo, "wang", ListCases()) == {"cases": []}
        assert refused(world, demo, "wang", ShowCase(case_id)).reason == "not_found"


def test_what_others_have_joined_goes_on_for_them(demo: Stage) -> None:
    """The one who joined first is asked for the verdict instead."""
    with demo.world() as world:
        case_id = report(world, demo)
        granted(world, demo, "li", JoinCase(case_id, "我也是"))
        assert granted(world, demo, "wang", WithdrawCase(case_id))["hazard_stays"] is True
        case = demo.case(world, case_id)
        assert (case.state, case.reporter_id, case.follower_count) == ("submitted", demo.person(world, "li"), 0)
        assert granted(world, demo, "li", WithdrawCase(case_id))["hazard_stays"] is False


def test_an_alarm_is_not_withdrawn(demo: Stage) -> None:
    """Staff close it when it is safe."""
    with demo.world() as world:
        case_id = granted(world, demo, "wang", RaiseAlarm("SF02", "着火了"))["case_id"]
        assert refused(world, demo, "wang", WithdrawCase(case_id)).reason == "not_now"


@pytest.mark.parametrize("state", ["submitted", "assigned", "confirming"])
def test_solved_closes_whatever_state_it_is_in(demo: Stage, state: str) -> None:
    """The resident's “it works again” is the end of it; stars are kept beside the person."""
    with demo.world() as world:
        case_id = report(world, demo)
        brought_to(world, demo, case_id, state)
        value = granted(world, demo, "wang", ConfirmCase(case_id, "solved", 5))
        assert value == {"number": "SMY-261123-001", "state": "closed", "answer_by": None}
        assert demo.case(world, case_id).outcome == "solved"
        assert world.session.scalars(select(Follower.stars)).all() == [5]


@pytest.mark.parametrize("outcome", ["partly", "not_solved"])
def test_not_solved_reopens_with_half_the_time_but_a_day_at_least(demo: Stage, outcome: str) -> None:
    """PR01 has 48 hours: a day from now. The reason is kept in the resident's own words, sealed."""
    with demo.world() as world:
        case_id = report(world, demo)
        brought_to(world, demo, case_id, "confirming")
    demo.now = at(25, "10:00")
    with demo.world() as world:
        value = granted(world, demo, "wang", ConfirmCase(case_id, outcome, 2, "又闪了"))
        assert (value["state"], value["answer_by"]) == ("in_progress", iso(at(26, "10:00")))
        case = demo.case(world, case_id)
        assert (case.reopen_count, case.due_first, case.answered_at) == (1, at(25, "20:05"), None)
        line = world.session.scalars(select(CaseEvent).where(CaseEvent.event == outcome)).one()
        assert (line.data["reason"], line.data["stars"]) == ("words", 2)
        assert line.text is not None


def test_not_solved_is_not_asked_before_there_is_an_answer(demo: Stage) -> None:
    """A verdict on work that nobody has done is refused, and so is somebody else's."""
    with demo.world() as world:
        case_id = report(world, demo)
        assert refused(world, demo, "wang", ConfirmCase(case_id, "not_solved")).reason == "not_now"
        assert refused(world, demo, "li", ConfirmCase(case_id, "solved")).reason == "not_found"
        assert refused(world, demo, "wang", ConfirmCase(case_id, "great")).reason == "not_found"


def test_a_closed_case_is_rated_later_and_reopened_twice(demo: Stage) -> None:
    """Stars may come afterwards; the third reopening goes to the street; a month later it is a new matter."""
    with demo.world() as world:
        case_id = report(world, demo)
        granted(world, demo, "wang", ConfirmCase(case_id, "solved"))
        granted(world, demo, "wang", ConfirmCase(case_id, "solved", 4))
        assert world.session.scalars(select(Follower.stars)).all() == [4]
        assert refused(world, demo, "wang", ConfirmCase(case_id, "solved")).reason == "not_now"
        states = []
        for _ in range(3):
            granted(world, demo, "wang", ConfirmCase(case_id, "not_solved", words="又坏了"))
            states.append(demo.case(world, case_id).state)
            if states[-1] == "in_progress":
                granted(world, demo, "wang", ConfirmCase(case_id, "solved"))
        assert states == ["in_progress", "in_progress", "review"]
        late = report(world, demo)
        granted(world, demo, "wang", ConfirmCase(late, "solved"))
    demo.now += timedelta(days=30, minutes=1)
    with demo.world() as world:
        assert refused(world, demo, "wang", ConfirmCase(late, "not_solved", words="又坏了")).reason == "not_now"


def test_the_desk_reads_a_residents_words(demo: Stage) -> None:
    """Notes reach the staff chat as the resident wrote them, and nothing goes to the residents themselves."""
    with demo.world() as world:
        case_id = report(world, demo)
        granted(world, demo, "wang", AddNote(case_id, "还是不亮"))
        assert any("还是不亮" in str(letter.data) for letter in letters(world))
        assert letters(world, "wang") == []
