"""Questions in private and in groups against the demo community's knowledge: clause, hand-over, desk, entries, facts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogs.policy_wishes import HandOver
from handlers.inbound import Words
from models.asking import EntryProposal
from models.case import Case
from models.community import Chat
from models.place import Building
from models.policy_learned import AnswerVerdict
from tests.handlers.asking_world import informed_rooms
from tests.handlers.desk_world import StaffRooms


@pytest.fixture
def room() -> StaffRooms:
    return informed_rooms()


def asked(room: StaffRooms, who: str, text: str) -> str:
    """Ask in private; what came back, joined."""
    before = len(room.chat(who))
    room.says(who, who, text)
    return "\n".join(message.text for message in room.chat(who)[before:])


def unanswered(room: StaffRooms) -> str:
    """A question that the demo knowledge does not answer; the case's number."""
    told = asked(room, "li", "无人机在小区里飞有没有规定？")
    if "都不是" in room.last("li").labels:
        room.taps("li", room.last("li"), "都不是")
        told = room.last("li").text
    assert "不敢乱答" in told
    return room.session.scalars(select(Case.number).order_by(Case.opened_at.desc())).first() or ""


def test_an_answer_names_its_document(room: StaffRooms) -> None:
    """The clause in few words, with title, source, issue date, validity and the day of asking."""
    told = asked(room, "wang", "我妈80岁了高龄津贴能领多少？")
    for fact in ("每月发100元", "高龄津贴发放办法（示例）", "示范区民政局（示例），2026-03-01 发布", "有效至 2027-12-31", "截至 2026-11-23"):
        assert fact in told
    assert room.session.scalars(select(Case)).all() == []


def test_english_questions_find_english_clauses(room: StaffRooms) -> None:
    """Both languages are in the knowledge base."""
    told = asked(room, "amy", "She is 85 years old, how much old-age allowance does she get?")
    assert "Civil affairs office of Demo District (example), issued 2026-03-01" in told


def test_an_expired_document_is_named_and_never_answers(room: StaffRooms) -> None:
    """Last winter's subsidy: named with its dates, handed over with a date; the desk sees why, and can't quote it."""
    told = asked(room, "zhang", "2025年冬季取暖补贴怎么领？")
    assert "过期" in told
    assert "有效至 2026-03-31" in told
    assert "最迟" in told
    offered = room.last("mc", "取暖补贴通知")
    assert "已失效" in offered.text
    assert not any("取暖补贴" in label for label in offered.labels)


def test_two_documents_that_disagree_are_both_named(room: StaffRooms) -> None:
    """Parking costs 150 by one paper and 120 by another: neither is told as the answer."""
    told = asked(room, "wang", "小区停车收费标准是多少？")
    assert "说法不一样" in told
    assert "安家物业（示例），2026-01-01" in told
    assert "三眉园业主委员会（示例），2026-06-15" in told
    assert "最迟" in told


def test_an_unanswered_question_waits_at_the_desk_with_its_passages(room: StaffRooms) -> None:
    """A Q4 case with a date from the work calendar, the card first, then the words, then what may be quoted."""
    number = unanswered(room)
    case = room.case(number)
    assert (case.category, case.sla, case.source) == ("AD02", "Q4", "question")
    assert case.answer_by == case.opened_at + timedelta(days=3)
    shown = [message.text for message in room.chat("mc")]
    card = next(n for n, text in enumerate(shown) if number in text)
    words = next(n for n, text in enumerate(shown) if "无人机" in text)
    passages = next(n for n, text in enumerate(shown) if "最接近" in text or "没有找到相近" in text)
    assert card < words < passages


def test_a_quoted_clause_is_the_answer_and_a_second_person_keeps_it(room: StaffRooms) -> None:
    """Quote: taken over and answered with source and date; the author can't confirm the entry, a resident can't at all, a colleague can."""
    number = unanswered(room)
    offered = room.last("mc", "最接近")
    assert "已引用" in room.taps("zhao", offered, "引用 1")
    heard = room.last("li")
    assert "来源：" in heard.text
    assert "发布" in heard.text
    assert heard.labels == ["解决了", "部分解决", "没解决"]
    case = room.case(number)
    assert case.state == "confirming"
    assert case.first_contact_at is not None
    proposal = room.last("mc", "词条待确认")
    assert "自己写的不能自己审" in room.taps("zhao", proposal, "确认收录")
    assert "没有办理" in room.taps("wang", proposal, "确认收录") or "不归您" in room.toasts[-1][1]
    assert "已收为词条" in room.taps("qian", proposal, "确认收录")
    entry = room.session.scalars(select(EntryProposal)).one()
    assert entry.reviewer_id == room.person("qian").id
    assert entry.author_id == room.person("zhao").id
    assert "已经过去" in room.taps("qian", proposal, "确认收录")


def test_words_of_their_own_need_a_source_and_an_expiry(room: StaffRooms) -> None:
    """Staff answer freely; the offer asks for source and expiry; once confirmed the next resident is answered with them."""
    number = unanswered(room)
    card = room.last("mc", number)
    room.taps("zhao", card, "自办")
    room.taps("zhao", room.last("mc", number), "办结答复")
    room.says("zhao", "mc", "小区内禁止飞无人机，违者报派出所。", reply=room.last("mc", "回复这条消息"))
    assert "禁止飞无人机" in room.last("li").text
    offer = room.last("mc", "来源和有效期")
    room.says("zhao", "mc", "派出所电话答复 2026-11-23", reply=offer)
    again = room.last("mc", "还缺来源或有效期")
    room.says("zhao", "mc", "示范区派出所电话答复 2026-11-23，有效至 2027-12-31\n问题：小区里能不能飞无人机", reply=again)
    proposal = room.last("mc", "词条待确认")
    assert "问：小区里能不能飞无人机" in proposal.text
    assert "答：小区内禁止飞无人机" in proposal.text
    assert "来源：示范区派出所电话答复 2026-11-23，有效至 2027-12-31" in proposal.text
    room.taps("qian", proposal, "确认收录")
    told = asked(room, "wang", "小区里让不让飞无人机，有规定吗？")
    assert "禁止飞无人机" in told
    assert "示范区派出所电话答复 2026-11-23" in told
    assert "有效至 2027-12-31" in told


def test_numbers_are_masked_and_hardship_is_never_kept(room: StaffRooms) -> None:
    """An entry never holds a phone number; a question of somebody's own hardship offers no entry, and stays in mc-s."""
    room.wish("li", HandOver("我的电话13812345678，无人机归谁管？", "none", "AD02", (1,)))
    room.taps("zhao", room.last("mc", "最接近"), "引用 1")
    assert "13812345678" not in room.last("mc", "词条待确认").text
    room.wish("li", HandOver("我家低保被停了怎么办", "none", "AD02", (1,), quiet=True))
    assert not any("低保被停" in message.text for message in room.chat("mc"))
    room.taps("zhao", room.last("mc-s", "最接近"), "引用 1")
    assert not any("词条" in message.text for message in room.chat("mc-s"))


def test_a_press_from_elsewhere_is_refused(room: StaffRooms) -> None:
    """The button was made for mc: pressed with its data in another chat, or changed, it does nothing."""
    number = unanswered(room)
    offered = room.last("mc", "最接近")
    data = offered.data("引用 1")
    assert "无效" in room.presses("zhao", "mc-s", data)
    assert "无效" in room.presses("zhao", "mc", data[:-2] + "xx")
    assert "关闭匿名" in room.presses("zhao", "mc", data, hidden=True)
    assert room.case(number).state == "submitted"


def test_a_thumb_is_kept_without_the_person(room: StaffRooms) -> None:
    """Helpful or not is about the answer."""
    asked(room, "wang", "我妈80岁了高龄津贴能领多少？")
    room.taps("wang", room.last("wang"), "有用")
    (verdict,) = room.session.scalars(select(AnswerVerdict)).all()
    assert (verdict.right, verdict.by) == (True, "resident")


def test_facts_come_from_the_tables(room: StaffRooms) -> None:
    """Hours, phones, duty and one's own grid leader; a private name only of who opted in."""
    assert "08:30–12:00、13:30–17:30。现在有人" in asked(room, "wang", "社区几点开门？")
    assert "0999-5551234" in asked(room, "wang", "物业电话是多少？")
    assert "网格长 老周" in asked(room, "li", "我的网格员是谁？")
    assert "楼长 刘叔" in asked(room, "wang", "我们楼长是谁？")
    duty = asked(room, "wang", "今天谁值班？")
    assert "值班员" in duty
    assert "小赵" not in duty
    room.now += timedelta(hours=12)
    assert "下次开门 11月24日08:30" in asked(room, "wang", "社区几点开门？")


def test_too_many_questions_an_hour(room: StaffRooms) -> None:
    """The desk is not flooded: the sixth unanswered question within an hour gets a number to phone."""
    told = ""
    for number in range(6):
        told = asked(room, "zhang", f"第{number}种无人机归谁管，有没有规定？")
        if "都不是" in room.last("zhang").labels:
            room.taps("zhang", room.last("zhang"), "都不是")
            told = room.last("zhang").text
    assert "0999-5550003" in told
    assert len(room.session.scalars(select(Case)).all()) == 5


def group_of(room: StaffRooms, building: str) -> str:
    query = select(Chat.chat).join(Building, Building.id == Chat.scope_id).where(Chat.kind == "bg", Building.number == building)
    return room.session.scalars(query).one()


def test_a_group_hears_general_answers_only(room: StaffRooms) -> None:
    """General: answered there with its source. Personal: the private chat, not a word of it in the group, a hint to the moderators."""
    group = group_of(room, "9")
    room.event("li", group, Words("小助手 小区装修几点可以施工？", mention=True))
    assert "安家物业（示例），2026-03-05" in room.last(group).text
    room.event("li", group, Words("小助手 社区几点开门？", mention=True))
    assert "08:30–12:00" in room.last(group).text
    room.event("li", group, Words("小助手 我妈瘫在床上一个人 低保能不能办啊", mention=True))
    assert "私下说" in room.last(group).text
    assert "9栋的群里有一条消息含个人敏感信息" in room.last("mc").text
    room.event("li", group, Words("小助手 听说养老认证要刷脸不去就停发？", mention=True))
    assert "私下说" in room.last(group).text
    before = len(room.chat(group))
    room.event("li", group, Words("小区装修几点可以施工？"))
    assert len(room.chat(group)) == before, "who doesn't call the bot is not answered"
