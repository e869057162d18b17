"""A person in danger: one case with its stamps, the duty officer told, every further word added."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogs.wishes import AddToAlarm, RaiseAlarm, StandDown
from models.case import Case, CaseEvent
from models.community import find_chat
from models.journal import Card, Outbox
from models.moves import move
from models.reporter import place_of
from models.scene import Actor
from models.states import desk_of
from tests.handlers.test_cases import granted, picture, refused, withdraw_consent
from tests.models.stage import Stage, at, letters

DUTY = Actor(None, "duty", frozenset({"duty", "staff"}))


def test_an_alarm_is_a_case_with_its_stamps_and_the_numbers(stage: Stage) -> None:
    """E0, shown and alerted in the same turn, in mc-s and with the duty officer; no consent is asked."""
    with stage.world() as world:
        withdraw_consent(world, stage, "wang")
        value = granted(world, stage, "wang", RaiseAlarm("SF01", "煤气味好大", {"building": "4", "floor": "4"}))
        assert (value["number"], value["numbers"]["119"], value["numbers"]["gas"]) == ("SMY-261123-001", "119", "0999-96777")
    with stage.world() as world:
        case = stage.case(world, value["case_id"])
        assert (case.state, case.sla, case.emergency, case.building, desk_of(case)) == ("submitted", "E0", "SF01", "4", "mc-s")
        assert (case.shown_at, case.alerted_at, case.acked_at) == (stage.now, stage.now, None)
        assert (case.contact_by, case.title) == (at(23, "20:10"), "")
        sensitive = find_chat(world.session, world.community_id, "mc-s")
        assert sensitive is not None
        chats = set(world.session.scalars(select(Card.chat).where(Card.case_id == case.id)))
        assert sensitive.chat in chats
        mc = find_chat(world.session, world.community_id, "mc")
        assert mc is not None
        assert world.session.scalars(select(Outbox.id).where(Outbox.chat == mc.chat)).all() == []


E1_KINDS = ("SF06", "SF08", "SF10", "AS06")


@pytest.mark.parametrize("kind", ["SF01", "SF02", "SF03", "ME01", "DS04", "DS05", "AS04", *E1_KINDS])
def test_every_kind_of_danger_can_be_raised(demo: Stage, kind: str) -> None:
    """No kind lacks a category, a class, a party or a desk; without any place too. Four kinds are E1, the others E0."""
    with demo.world() as world:
        case = demo.case(world, granted(world, demo, "wang", RaiseAlarm(kind, "救命", confirmed=False))["case_id"])
        assert (case.emergency, case.sla, desk_of(case)) == (kind, "E1" if kind in E1_KINDS else "E0", "mc-s")


def test_the_same_danger_told_again_is_added_not_doubled(demo: Stage) -> None:
    """Within two hours one case; another kind, or later, is another."""
    with demo.world() as world:
        first = granted(world, demo, "wang", RaiseAlarm("SF02", "着火了"))["case_id"]
    demo.now += timedelta(hours=2)
    with demo.world() as world:
        assert granted(world, demo, "wang", RaiseAlarm("SF02", "火更大了", {"building": "2", "room": "301"}))["case_id"] == first
        case = demo.case(world, first)
        assert (case.building, place_of(world, case)["room"]) == ("2", "301")
        assert granted(world, demo, "wang", RaiseAlarm("ME01", "有人晕倒"))["case_id"] != first
        assert granted(world, demo, "li", RaiseAlarm("SF02", "二栋着火"))["case_id"] != first
    demo.now += timedelta(minutes=1)
    with demo.world() as world:
        assert granted(world, demo, "wang", RaiseAlarm("SF02", "又着了"))["case_id"] != first


def test_every_further_word_and_picture_reaches_the_duty_officer(demo: Stage) -> None:
    """Added to the case and mirrored to the sensitive chat, even after staff have settled it."""
    with demo.world() as world:
        case_id = granted(world, demo, "wang", RaiseAlarm("SF03", "困在电梯里"))["case_id"]
        photo = picture(world, demo, "wang")
        assert granted(world, demo, "wang", AddToAlarm(case_id, "里面三个人", (photo,))) == {"state": "submitted", "acked": False}
        case = demo.case(world, case_id)
        move(world, case, "ack", DUTY)
        assert granted(world, demo, "wang", AddToAlarm(case_id, "快点"))["acked"] is True
        move(world, case, "safe", DUTY)
        move(world, case, "settle", DUTY)
        assert granted(world, demo, "wang", AddToAlarm(case_id, "又卡住了"))["state"] == "closed"
        told = str([letter.data for letter in letters(world)])
        assert all(words in told for words in ("里面三个人", "快点", "又卡住了"))
        assert refused(world, demo, "li", AddToAlarm(case_id, "我也在")).reason == "not_found"


def test_the_person_says_safe_and_staff_close_it(demo: Stage) -> None:
    """Standing down is noted and changes no state; it can be said twice."""
    with demo.world() as world:
        case_id = granted(world, demo, "wang", RaiseAlarm("SF02", "着火了"))["case_id"]
        assert granted(world, demo, "wang", StandDown(case_id, "safe")) == {"number": "SMY-261123-001"}
        case = demo.case(world, case_id)
        assert (case.state, case.says_safe_at, case.safe_at) == ("submitted", demo.now, None)
        move(world, case, "false_alarm", DUTY)
        move(world, case, "settle", DUTY)
        assert (case.state, case.false_alarm) == ("closed", True)
        assert granted(world, demo, "wang", StandDown(case_id, "safe")) == {"number": "SMY-261123-001"}
        assert refused(world, demo, "li", StandDown(case_id, "safe")).reason == "not_found"


def test_an_alarm_is_filed_however_many_cases_there_are(demo: Stage) -> None:
    """The limit of five an hour never holds back a danger."""
    with demo.world() as world:
        for number in range(7):
            demo.now += timedelta(minutes=1)
            world.now = demo.now
            granted(world, demo, "wang", RaiseAlarm(("SF02", "ME01", "SF03", "SF01", "SF10", "SF06", "SF08")[number], "快来"))
        assert len(world.session.scalars(select(Case.id)).all()) == 7
        assert world.session.scalars(select(CaseEvent.event)).all().count("submit") == 7
