"""The monthly look at the knowledge base: on the first working day, once, made up for within a week, silent when nothing is to be said."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from dialogs.policy_wishes import HandOver, JudgeAnswer
from handlers.asking_review import due_month, first_workday, review
from models.effects import terms
from tests.handlers.asking_world import informed_rooms
from tests.handlers.desk_world import ZONE, StaffRooms, open_rooms


@pytest.fixture
def room() -> StaffRooms:
    return informed_rooms()


def at(room: StaffRooms, *moment: int) -> StaffRooms:
    room.now = datetime(*moment, tzinfo=ZONE)  # type: ignore[arg-type,misc]
    return room


def test_it_is_due_on_the_first_working_day_and_some_days_after(room: StaffRooms) -> None:
    """December 2026 begins on a Tuesday; May begins with holidays; mid-month nothing is due."""
    calendar = terms(room.world()).calendar
    assert first_workday(calendar, date(2026, 12, 20)) == date(2026, 12, 1)
    assert first_workday(calendar, date(2026, 5, 9)) == date(2026, 5, 6)
    assert due_month(at(room, 2026, 12, 1, 9, 30).world()) == "2026-12"
    assert due_month(at(room, 2026, 12, 4, 9, 30).world()) == "2026-12"
    assert due_month(at(room, 2026, 5, 4, 9, 30).world()) is None
    assert due_month(at(room, 2026, 11, 23, 9, 30).world()) is None


def test_it_names_what_is_to_be_done_once_a_month(room: StaffRooms) -> None:
    """Expired and expiring documents, contradictions, what was asked without answer (masked), what did not help."""
    passage = room.wish("wang", HandOver("我的电话13812345678，无人机归谁管？", "none", "AD02", (1,)))
    room.wish("li", HandOver("无人机归谁管？", "none", "AD02", ()))
    room.wish("li", HandOver("无人机归谁管？", "none", "AD02", ()))
    room.wish("li", HandOver("停车费多少？", "conflict", "AD02", ()))
    room.wish("li", JudgeAnswer("低保怎么申请", 1, False))
    assert passage
    at(room, 2026, 12, 1, 9, 30)
    assert review(room.world()) == 1
    room.deliver()
    told = room.last("mc", "知识库每月检查").text
    assert "2026-12" in told
    assert "取暖补贴通知（示例）》示范区民政局（示例），有效至 2026-03-31" in told
    assert "无人机归谁管？（2 次）" in told
    assert "停车费多少？" in told
    assert "13812345678" not in told
    assert "（1 次）" in told
    assert review(room.world()) == 0, "one replica, once"


def test_nothing_to_say_is_not_said() -> None:
    """A community without a knowledge base hears nothing."""
    room = at(open_rooms(), 2026, 12, 1, 9, 30)
    assert review(room.world()) == 0
    assert not any("每月检查" in message.text for message in room.chat("mc"))
