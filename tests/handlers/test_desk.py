"""Which chat a case is told in, and what stands there: routing, folding, alarms, changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogs.wishes import AddNote, JoinCase, OpenCase, RaiseAlarm, WithdrawCase
from handlers.rooms import NoDesk
from models.community import Chat
from tests.handlers.desk_world import CHATS, USERS, StaffRooms, open_rooms

CANARY = "金丝雀七七四九"
HOME = {"building": "2", "unit": "1", "floor": "3", "room": "301", "spot": None}


@pytest.fixture
def rooms() -> Iterator[StaffRooms]:
    opened = open_rooms()
    yield opened
    opened.session.close()


def file(rooms: StaffRooms, who: str = "wang", category: str = "PR01", words: str = "楼道灯不亮", **more: object) -> str:
    return str(rooms.wish(who, OpenCase(category, HOME, words, **more))["number"])  # type: ignore[arg-type]


def test_an_ordinary_case_gets_a_topic_then_a_card_then_its_words(rooms: StaffRooms) -> None:
    """In mc: one topic named by number and building, the card, and the resident's own words under it."""
    number = file(rooms)
    assert rooms.topics == [(CHATS["mc"], f"{number} · 2栋 · 楼道灯/公共照明")]
    card, words = rooms.chat("mc")
    assert number in card.text
    assert "待受理" in card.text
    assert "2栋1单元" in card.text
    assert "11月23日13:00 前联系" in card.text
    assert "最迟 11月25日09:00 答复" in card.text
    assert "王阿姨" in card.text
    assert words.text == "💬 居民：楼道灯不亮"
    assert card.thread == words.thread is not None


@pytest.mark.parametrize("category", ["AS01", "DS01"])
def test_a_sensitive_case_leaves_no_trace_in_mc(rooms: StaffRooms, category: str) -> None:
    """Sensitivity H goes to mc-s only, without the name; no row at all is written for mc, not even a number."""
    number = file(rooms, category=category, words=CANARY)
    assert rooms.queued("mc") == []
    assert not any(CANARY in words or number in words for chat, words in rooms.drawn if chat != CHATS["mc-s"])
    card = rooms.last("mc-s", number)
    assert "王阿姨" not in card.text
    assert CANARY in rooms.last("mc-s", CANARY).text


def test_a_confidential_case_is_dealt_with_in_mc_s(rooms: StaffRooms) -> None:
    """An ordinary category filed in confidence goes to mc-s; its card names neither the reporter nor the flat."""
    number = file(rooms, category="OR01", words=CANARY, flags={"confidential": True})
    assert rooms.queued("mc") == []
    card = rooms.last("mc-s", number)
    assert "保密办理" in card.text
    assert "王阿姨" not in card.text
    assert "301" not in card.text
    assert "2栋3-4楼" in card.text


def test_a_complaint_about_staff_reaches_the_auditor_alone(rooms: StaffRooms) -> None:
    """PT03 is written to the auditor's private chat and nowhere else; its card has no button that leads to a party."""
    number = file(rooms, category="PT03", words=CANARY)
    heard = {chat for chat, words in rooms.drawn if CANARY in words or number in words}
    assert heard == {USERS["shi"]}
    card = rooms.last("shi", number)
    assert not any("派单" in label for label in card.labels)


def test_a_case_without_its_chat_is_refused_loudly(rooms: StaffRooms) -> None:
    """Where no chat is bound for the desk, filing raises: a case that nobody sees must not be promised."""
    rooms.session.query(Chat).filter(Chat.kind == "mc").delete()
    with pytest.raises(NoDesk):
        file(rooms)


def test_a_burst_of_five_is_one_message_in_order(rooms: StaffRooms) -> None:
    """Five further messages of one resident before the outbox comes round: one message in the topic, all five, in order."""
    case = rooms.case(file(rooms))
    from handlers.grants import grant

    for word in ("一", "二", "三", "四", "五"):
        grant(rooms.world(), rooms.person("wang").id, AddNote(case.id, f"第{word}句"))
    rooms.deliver()
    burst = [m for m in rooms.chat("mc") if "第一句" in m.text]
    assert len(burst) == 1
    assert burst[0].text.splitlines() == [f"💬 居民：第{word}句" for word in "一二三四五"]


def test_another_resident_who_joins_is_counted_and_heard(rooms: StaffRooms) -> None:
    """Their words are mirrored as another resident's; the card counts them; a danger they tell shows as raised."""
    case = rooms.case(file(rooms))
    rooms.wish("li", JoinCase(case.id, "我这里还滋滋响", hazard="SF10"))
    card = rooms.last("mc", case.number)
    assert "另有 1 位居民" in card.text
    assert "升级：火花" in card.text
    assert "另一位居民：我这里还滋滋响" in rooms.last("mc", "滋滋").text
    assert any("升级" in m.text for m in rooms.chat("an"))
    assert any("升级" in m.text for m in rooms.chat("chen"))
    assert any("已改为" in m.text for m in rooms.chat("wang"))


def test_withdrawing_is_a_line_and_a_new_card(rooms: StaffRooms) -> None:
    """The desk reads that the resident withdrew, and the card has no buttons any more."""
    case = rooms.case(file(rooms))
    rooms.wish("wang", WithdrawCase(case.id))
    rooms.waits(seconds=10)
    assert "居民撤回" in rooms.last("mc", "👤 居民撤回").text
    card = rooms.last("mc", case.number)
    assert "已撤回" in card.text
    assert card.labels == []


def test_an_alarm_goes_to_mc_s_and_to_the_duty_officer(rooms: StaffRooms) -> None:
    """E0: an urgent card with the exact words in mc-s, a card with 【我来】 in private without them, and nothing in mc."""
    rooms.wish("li", RaiseAlarm("SF02", f"楼道起火了 {CANARY}", {"building": "9"}))
    assert rooms.queued("mc") == []
    card = rooms.last("mc-s", "火情")
    assert CANARY in card.text
    assert "9栋" in card.text
    assert "还没有人接手" in card.text
    private = rooms.last("zhao", "火情")
    assert CANARY not in private.text
    assert "我来" in private.labels
    assert {row.lane for row in rooms.queued("mc-s")} == {"emergency"}


def test_a_case_raised_to_another_desk_leaves_an_empty_card(rooms: StaffRooms) -> None:
    """When a case becomes sensitive later, its card in mc loses its content and its buttons."""
    case = rooms.case(file(rooms, words=CANARY))
    from handlers import desk
    from models.moves import move
    from models.scene import RULE, Actor

    staff = Actor(rooms.person("zhao").id, "community_staff", frozenset({"staff"}))
    world = rooms.world()
    event = move(world, case, "reclassify", staff, category="AS01")
    desk.case_changed(world, case, event)
    rooms.waits(seconds=10)
    old = rooms.chat("mc")[0]
    assert case.number not in old.text
    assert old.rows == ()
    assert case.number in rooms.last("mc-s", case.number).text
    assert RULE.person_id is None
