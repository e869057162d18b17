"""Staff in their chats: what their words mean, what reaches the resident, and how its fate is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogs.wishes import JoinCase, OpenCase, RaiseAlarm, WithdrawCase
from handlers.inbound import Edit, Other
from models.case import Case
from models.timeline import timeline
from tests.handlers.desk_world import USERS, StaffRooms, open_rooms

HOME = {"building": "2", "unit": "1", "floor": "3", "room": "301", "spot": None}


@pytest.fixture
def rooms() -> Iterator[StaffRooms]:
    opened = open_rooms()
    yield opened
    opened.session.close()


def file(rooms: StaffRooms, who: str = "wang", category: str = "PR01", words: str = "楼道灯不亮", **more: object) -> Case:
    return rooms.case(str(rooms.wish(who, OpenCase(category, HOME, words, **more))["number"]))  # type: ignore[arg-type]


def thread(rooms: StaffRooms, chat: str = "mc") -> int:
    found = rooms.chat(chat)[0].thread
    assert found is not None
    return found


def events(rooms: StaffRooms, case: Case, *, public: bool) -> list[tuple[str, str]]:
    return [(event.event, words) for event, words in timeline(rooms.world(), case, public_only=public)]


def test_plain_words_in_a_topic_stay_inside(rooms: StaffRooms) -> None:
    """They become an internal note of the timeline; the resident hears nothing."""
    case = file(rooms)
    heard = len(rooms.chat("wang"))
    rooms.says("zhao", "mc", "这家上个月也报过，先别急着派", thread=thread(rooms))
    assert ("note", "这家上个月也报过，先别急着派") in events(rooms, case, public=False)
    assert ("note", "这家上个月也报过，先别急着派") not in events(rooms, case, public=True)
    assert len(rooms.chat("wang")) == heard


def test_a_reply_to_the_residents_words_goes_out_in_the_name_of_the_role(rooms: StaffRooms) -> None:
    """The resident reads role and words, not the private name; the topic shows "sent ✓"; the first contact is stamped."""
    case = file(rooms)
    sent = rooms.says("zhao", "mc", "电工今天下午来 <看>", reply=rooms.last("mc", "楼道灯不亮"), thread=thread(rooms))
    told = rooms.last("wang", "电工")
    assert told.text.startswith(f"社区工作者回复（{case.number}）")
    assert "小赵" not in told.text
    assert "电工今天下午来 &lt;看&gt;" in told.text
    line = rooms.last("mc", "✓ 已送达")
    assert line.reply_to == sent
    assert ("reply", "电工今天下午来 <看>") in events(rooms, case, public=True)
    rooms.session.refresh(case)
    assert case.first_contact_at == rooms.now
    rooms.waits(seconds=8)
    assert "已联系" in rooms.chat("mc")[0].text


def test_a_message_that_begins_with_the_mark_goes_out(rooms: StaffRooms) -> None:
    """"@居民" at the beginning sends the rest of the message to the reporter."""
    file(rooms)
    rooms.says("zhao", "mc", "@居民 请问是整层都不亮吗", thread=thread(rooms))
    assert rooms.last("wang", "整层").text.endswith("\n请问是整层都不亮吗")


def test_the_reply_button_asks_for_words_and_sends_them(rooms: StaffRooms) -> None:
    """【回复居民】 posts a message to reply to; the reply goes out, also with a picture."""
    file(rooms)
    toast = rooms.taps("zhao", rooms.chat("mc")[0], "回复居民")
    assert "请回复" in toast
    rooms.photo("zhao", "mc", "换好了，请看", reply=rooms.last("mc", "回复这条消息"), thread=thread(rooms))
    told = rooms.last("wang", "换好了")
    assert told.media[0]["kind"] == "photo"


def test_a_reply_to_a_followers_words_reaches_the_follower_alone(rooms: StaffRooms) -> None:
    """Whose words are mirrored is remembered, so that an answer does not go to the wrong neighbour."""
    case = file(rooms)
    rooms.wish("li", JoinCase(case.id, "我家门口也黑"))
    rooms.says("zhao", "mc", "您那层一起修", reply=rooms.last("mc", "我家门口也黑"), thread=thread(rooms))
    assert any("您那层一起修" in m.text for m in rooms.chat("li"))
    assert not any("您那层一起修" in m.text for m in rooms.chat("wang"))


def test_a_blocked_resident_shows_under_the_words_and_on_the_card(rooms: StaffRooms) -> None:
    """Not delivered, and why; the card says that messages don't arrive."""
    case = file(rooms)
    rooms.blocked.add(USERS["wang"])
    rooms.says("zhao", "mc", "在家吗", reply=rooms.last("mc", "楼道灯不亮"), thread=thread(rooms))
    rooms.waits(seconds=10)
    assert "未送达：对方停用了机器人" in rooms.last("mc", "未送达").text
    assert "居民停用了机器人" in rooms.last("mc", case.number).text
    assert rooms.person("wang").blocked
    rooms.session.refresh(case)
    assert case.first_contact_at is None, "words that did not arrive are no contact"
    rooms.says("zhao", "mc", "还在家吗", reply=rooms.last("mc", "楼道灯不亮"), thread=thread(rooms))
    assert len([m for m in rooms.chat("mc") if "未送达" in m.text]) == 2


def test_words_that_wait_are_shown_as_queued_and_then_as_sent(rooms: StaffRooms) -> None:
    """After a few seconds without a fate the line says "queued"; it is edited when the letter has left."""
    file(rooms)
    words = rooms.last("mc", "楼道灯不亮")
    rooms.slow.add(USERS["wang"])
    rooms.says("zhao", "mc", "马上来", reply=words, thread=thread(rooms))
    rooms.waits(seconds=8)
    line = rooms.last("mc", "排队中")
    rooms.slow.clear()
    rooms.waits(minutes=2)
    assert line.text == "✓ 已送达"
    assert line.edits == 1


def test_an_edited_answer_is_edited_at_the_residents(rooms: StaffRooms) -> None:
    """Correcting what went out corrects what the resident has; the timeline keeps both."""
    case = file(rooms)
    sent = rooms.says("zhao", "mc", "下午2点来", reply=rooms.last("mc", "楼道灯不亮"), thread=thread(rooms))
    told = rooms.last("wang", "下午2点来")
    rooms.event("zhao", "mc", Edit("下午3点来"), thread=thread(rooms), message_id=sent)
    assert told.text.endswith("下午3点来")
    assert [words for event, words in events(rooms, case, public=True) if event == "reply"] == ["下午2点来", "下午3点来"]


def test_the_residents_reply_comes_back_to_the_topic(rooms: StaffRooms) -> None:
    """A reply to what staff wrote is added to that case, not filed as a new one, even days later."""
    case = file(rooms)
    rooms.says("zhao", "mc", "修好了吗", reply=rooms.last("mc", "楼道灯不亮"), thread=thread(rooms))
    rooms.waits(days=3)
    rooms.says("wang", "wang", "还没有呢", reply=rooms.last("wang", "修好了吗"))
    assert rooms.last("mc", "还没有呢").text == "💬 居民：还没有呢"
    assert rooms.session.query(Case).count() == 1
    assert "已转给办理人" in rooms.last("wang", case.number).text


def test_asking_stops_the_clock_until_the_residents_next_words(rooms: StaffRooms) -> None:
    """要补充: the case waits in need_info; what the resident says next answers it and the promise moves by the wait."""
    case = file(rooms)
    promised = case.answer_by
    rooms.taps("zhao", rooms.chat("mc")[0], "要补充")
    rooms.says("zhao", "mc", "是3楼还是4楼？", reply=rooms.last("mc", "具体的问题"), thread=thread(rooms))
    assert case.state == "need_info"
    assert "是3楼还是4楼？" in rooms.last("wang", "想问您").text
    rooms.waits(hours=5)
    rooms.says("wang", "wang", "3楼和4楼都不亮")
    assert case.state == "submitted"
    assert promised is not None
    assert case.answer_by is not None
    assert (case.answer_by - promised).total_seconds() == 5 * 3600
    assert "3楼和4楼都不亮" in rooms.last("mc", "都不亮").text
    assert "已补进" in rooms.last("wang", "已补进").text


def test_danger_in_an_answer_is_an_alarm_first(rooms: StaffRooms) -> None:
    """Even where the desk waits for an answer, words of danger are not swallowed as one."""
    case = file(rooms)
    rooms.taps("zhao", rooms.chat("mc")[0], "要补充")
    rooms.says("zhao", "mc", "是3楼还是4楼？", reply=rooms.last("mc", "具体的问题"), thread=thread(rooms))
    rooms.says("wang", "wang", "着火了！楼道里全是烟")
    assert case.state == "need_info"
    assert rooms.last("mc-s", "火情")


def test_outside_a_topic_there_is_one_hint_in_ten_minutes(rooms: StaffRooms) -> None:
    """A message in General belongs to no case: said once, and not again for every line."""
    for word in ("大家早", "今天谁值班", "我"):
        rooms.says("zhao", "mc", word)
    hints = [m for m in rooms.chat("mc") if "不属于任何事项" in m.text]
    assert len(hints) == 1
    rooms.waits(minutes=11)
    rooms.says("zhao", "mc", "还有人吗")
    assert len([m for m in rooms.chat("mc") if "不属于任何事项" in m.text]) == 2


def test_anonymous_admins_and_strangers_are_refused_with_a_sentence(rooms: StaffRooms) -> None:
    """Nobody without a known identity and a role may write about a case, whatever chat they sit in."""
    case = file(rooms)
    words = rooms.last("mc", "楼道灯不亮")
    rooms.says("qian", "mc", "匿名说一句", reply=words, hidden=True)
    assert "请关闭匿名" in rooms.last("mc", "匿名").text
    rooms.says("zhang", "mc", "我是路过的", reply=words, thread=thread(rooms))
    assert "不归您的岗位" in rooms.last("mc", "岗位").text
    assert all("一句" not in m.text and "路过" not in m.text for m in rooms.chat("wang"))
    assert not [e for e in events(rooms, case, public=False) if e[0] in {"note", "reply"}]


def test_only_whoever_took_the_emergency_on_writes_to_the_person(rooms: StaffRooms) -> None:
    """E0: before 【我来】 nobody's reply goes out, afterwards only that person's; others' stay as notes, and that is said."""
    rooms.wish("li", RaiseAlarm("DS05", "活着没意思", {}))
    words = rooms.last("mc-s", "🚨 居民")
    rooms.says("zhao", "mc-s", "我是小赵", reply=words, thread=thread(rooms, "mc-s"))
    assert "先在卡片上按【我来】" in rooms.last("mc-s", "我来】").text
    assert not any("我是小赵" in m.text for m in rooms.chat("li"))
    rooms.taps("zhao", rooms.last("mc-s", "还没有人接手"), "我来")
    rooms.says("zhao", "mc-s", "我是社区小赵，真人", reply=words, thread=thread(rooms, "mc-s"))
    told = rooms.last("li", "真人")
    assert "SMY-" not in told.text
    assert told.text.startswith("值班员回复")


def test_words_to_a_closed_case_still_arrive(rooms: StaffRooms) -> None:
    """An old topic is answered long after closing: the reply goes out and is in the timeline."""
    case = file(rooms)
    rooms.wish("wang", WithdrawCase(case.id))
    rooms.waits(days=20)
    rooms.says("zhao", "mc", "还是给您换了新灯", reply=rooms.last("mc", "楼道灯不亮"), thread=thread(rooms))
    assert "还是给您换了新灯" in rooms.last("wang", "新灯").text
    assert ("reply", "还是给您换了新灯") in events(rooms, case, public=True)


def test_a_picture_without_words_is_forwarded_too(rooms: StaffRooms) -> None:
    """A photo in reply to the resident's words reaches them with its reference, without being fetched first."""
    file(rooms)
    rooms.photo("zhao", "mc", reply=rooms.last("mc", "楼道灯不亮"), thread=thread(rooms))
    assert any(m.media for m in rooms.chat("wang"))


def test_what_can_not_be_carried_is_said_so(rooms: StaffRooms) -> None:
    """A sticker in reply to a resident goes nowhere, and the writer learns it; elsewhere in the topic it is left alone."""
    file(rooms)
    words = rooms.last("mc", "楼道灯不亮")
    rooms.event("zhao", "mc", Other("sticker"), thread=words.thread)
    assert not any("转不给居民" in m.text for m in rooms.chat("mc"))
    rooms.event("zhao", "mc", Other("sticker"), thread=words.thread, reply_to=words.message_id)
    assert "转不给居民" in rooms.last("mc", "转不给").text
