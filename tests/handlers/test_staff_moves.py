"""Card buttons of staff, handlers and residents: who may press what, what it does, who hears of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from dialogs.wishes import JoinCase, OpenCase, RaiseAlarm
from handlers.staff_moves import ACTS, ASKS
from models.audit import Audit
from models.case import Case, CaseEvent
from models.moves import EVENTS
from models.role import RoleAssignment
from tests.handlers.desk_world import USERS, Sent, StaffRooms, open_rooms

HOME = {"building": "2", "unit": "1", "floor": "3", "room": "301", "spot": None}


@pytest.fixture
def rooms() -> Iterator[StaffRooms]:
    opened = open_rooms()
    yield opened
    opened.session.close()


def file(rooms: StaffRooms, who: str = "wang", category: str = "PR01", words: str = "楼道灯不亮", **more: object) -> Case:
    return rooms.case(str(rooms.wish(who, OpenCase(category, HOME, words, **more))["number"]))  # type: ignore[arg-type]


def card(rooms: StaffRooms, chat: str = "mc") -> Sent:
    """The desk's card as it is on the screen after its next redraw."""
    rooms.waits(seconds=8)
    return rooms.chat(chat)[0]


def press(rooms: StaffRooms, who: str, label: str, chat: str = "mc") -> str:
    return rooms.taps(who, card(rooms, chat), label)


def reply_here(rooms: StaffRooms, who: str, text: str, chat: str = "mc") -> None:
    asked = rooms.last(chat, "回复这条消息")
    rooms.says(who, chat, text, reply=asked, thread=asked.thread)


def event(rooms: StaffRooms, case: Case, name: str) -> CaseEvent:
    return rooms.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.event == name)).one()


def test_a_fresh_card_offers_the_legal_moves_two_a_row(rooms: StaffRooms) -> None:
    """受理, 自办, the default party, 要补充, 回复居民, 不予受理: and nothing that is not legal yet."""
    file(rooms)
    shown = card(rooms)
    assert shown.labels == ["受理", "自办", "派单 · 安家物业", "要补充", "回复居民", "不予受理"]
    assert max(len(row) for row in shown.rows) == 2


def test_accepting_moves_the_case_tells_the_resident_and_redraws_the_card(rooms: StaffRooms) -> None:
    """One press: state, letter with the promised date, card."""
    case = file(rooms)
    assert press(rooms, "zhao", "受理") == "已受理，居民已收到通知"
    assert case.state == "accepted"
    assert "最迟 11月25日09:00 答复您" in rooms.last("wang", "社区已受理").text
    assert "已受理待派" in card(rooms).text
    assert "受理" not in card(rooms).labels


def test_two_who_accept_at_once_are_one_acceptance(rooms: StaffRooms) -> None:
    """The second press was made on a card that has changed: a toast says what it is now, nothing happens twice."""
    case = file(rooms)
    data = card(rooms).data("受理")
    rooms.presses("zhao", card(rooms).chat, data)
    toast = rooms.presses("sun", card(rooms).chat, data)
    assert "卡片已变化，现在是：已受理待派" in toast
    assert event(rooms, case, "accept").actor_id == rooms.person("zhao").id
    assert len([m for m in rooms.chat("wang") if "社区已受理" in m.text]) == 1


def test_a_copied_press_is_refused(rooms: StaffRooms) -> None:
    """A button's data sent from another chat does nothing: the chat is signed with it."""
    case = file(rooms)
    toast = rooms.presses("zhao", USERS["zhao"], card(rooms).data("受理"))
    assert toast == "这个按钮无效"
    assert case.state == "submitted"


@pytest.mark.parametrize("who", ["zhang", "an", "chen", "li"])
def test_a_press_without_the_right_is_refused_with_a_reason(rooms: StaffRooms, who: str) -> None:
    """A resident, a firm's agent or a grid leader who gets at the desk's card may not accept."""
    case = file(rooms)
    assert "不归您" in press(rooms, who, "受理")
    assert case.state == "submitted"


def test_an_anonymous_press_is_refused(rooms: StaffRooms) -> None:
    """Nobody knows who stands behind an anonymous admin."""
    case = file(rooms)
    assert "关闭匿名" in rooms.taps("qian", card(rooms), "受理", hidden=True)
    assert case.state == "submitted"


def test_general_staff_may_not_press_in_a_sensitive_case(rooms: StaffRooms) -> None:
    """Aid is for the civil-affairs desk: 小赵 of the general desk is refused, 小孙 is not, and both looks are in the audit."""
    case = file(rooms, category="AS01", words="想问低保")
    assert "不归您的岗位" in press(rooms, "zhao", "受理", "mc-s")
    assert case.state == "submitted"
    press(rooms, "sun", "受理", "mc-s")
    assert case.state == "accepted"
    looked = rooms.session.scalars(select(Audit.person_id).where(Audit.target_id == case.id)).all()
    assert rooms.person("sun").id in looked


def test_who_reported_is_shown_to_the_one_who_may_know(rooms: StaffRooms) -> None:
    """In the sensitive chat the name is not on the card but behind 【报事人】, for the case's desk alone."""
    file(rooms, category="AS01", words="想问低保")
    assert "王阿姨" in press(rooms, "sun", "报事人", "mc-s")
    assert "王阿姨" not in press(rooms, "zhao", "报事人", "mc-s")


def test_dispatching_sends_the_party_a_card_of_its_own(rooms: StaffRooms) -> None:
    """Accept and dispatch in one press; the agent sees room and words but no name, and may sign; the resident hears who."""
    case = file(rooms)
    assert press(rooms, "zhao", "派单") == "已派给安家物业"
    assert case.state == "assigned"
    private = rooms.last("an", case.number)
    assert "楼道灯不亮" in private.text
    assert "住户 2栋1单元301室" in private.text
    assert "王阿姨" not in private.text
    assert private.labels == ["签收"]
    assert "已交给安家物业办理" in rooms.last("wang", "安家物业").text


def test_the_party_works_on_its_case_with_its_own_moves(rooms: StaffRooms) -> None:
    """Sign, contact, progress: each stamps the case; progress reaches the residents."""
    case = file(rooms)
    press(rooms, "zhao", "派单")
    press(rooms, "an", "签收", "an")
    assert case.state == "in_progress"
    press(rooms, "an", "已电话联系", "an")
    assert case.first_contact_at is not None
    assert event(rooms, case, "contact").data == {"how": "phone"}
    press(rooms, "an", "写进展", "an")
    reply_here(rooms, "an", "灯管已到，下午换", "an")
    assert "灯管已到，下午换" in rooms.last("wang", "进展").text
    assert "已联系" in card(rooms).text


def test_the_party_of_another_case_is_refused(rooms: StaffRooms) -> None:
    """A department officer has no right to a case that was dispatched to the property firm."""
    case = file(rooms)
    press(rooms, "zhao", "派单")
    data = rooms.last("an", case.number).data("签收")
    assert rooms.presses("wu", USERS["an"], data).startswith("这件事不归")
    assert case.state == "assigned"


def test_staff_may_act_for_a_party_and_it_is_stored_so(rooms: StaffRooms) -> None:
    """A firm without anybody in the messenger: the desk is told to phone, signs for it and notes the call."""
    case = file(rooms, category="UT01", words="没水")
    press(rooms, "zhao", "派单 · 自来水公司")
    assert "自来水公司没有人在线" in rooms.last("mc", "没有人在线").text
    press(rooms, "zhao", "签收")
    press(rooms, "zhao", "已电话联系")
    assert event(rooms, case, "sign").data == {"on_behalf": True}
    assert event(rooms, case, "contact").data == {"how": "phone", "on_behalf": True}


def test_taking_over_and_answering_asks_the_resident(rooms: StaffRooms) -> None:
    """自办, 办结答复 with a photo: the resident gets answer, picture and the question; 【解决了】 closes the case."""
    case = file(rooms)
    press(rooms, "zhao", "自办")
    assert case.state == "in_progress"
    press(rooms, "zhao", "办结答复")
    asked = rooms.last("mc", "回复这条消息")
    rooms.photo("zhao", "mc", "3、4楼的灯都换好了", reply=asked, thread=asked.thread)
    assert case.state == "confirming"
    question = rooms.last("wang", "解决了吗")
    assert "三眉园社区答复" in question.text
    assert question.media[0]["kind"] == "photo"
    assert question.labels == ["解决了", "部分解决", "没解决"]
    rooms.taps("wang", question, "解决了")
    stars = rooms.chat("wang")[-1]
    rooms.taps("wang", stars, "5")
    assert (case.state, case.outcome) == ("closed", "solved")
    assert "居民确认：解决了" in rooms.last("mc", "居民确认").text
    assert "已结案" in card(rooms).text


def test_the_question_stays_open_while_the_resident_does_other_things(rooms: StaffRooms) -> None:
    """Its buttons still work after another dialog has asked questions of its own; a second press later is over."""
    case = file(rooms)
    press(rooms, "zhao", "自办")
    press(rooms, "zhao", "办结答复")
    asked = rooms.last("mc", "回复这条消息")
    rooms.photo("zhao", "mc", "换好了", reply=asked, thread=asked.thread)
    question = rooms.last("wang", "解决了吗")
    rooms.says("wang", "wang", "3栋垃圾堆满了没人管。")
    rooms.waits(hours=30)
    rooms.taps("wang", question, "没解决")
    rooms.says("wang", "wang", "还是黑的")
    assert case.state == "in_progress"
    assert case.reopen_count == 1
    assert "没解决" in rooms.last("mc", "没解决").text
    assert "过去" in rooms.taps("wang", question, "解决了")


def test_somebody_elses_question_can_not_be_answered(rooms: StaffRooms) -> None:
    """The verdict is the resident's: a press copied to another private chat is refused."""
    case = file(rooms)
    press(rooms, "zhao", "自办")
    press(rooms, "zhao", "办结答复")
    asked = rooms.last("mc", "回复这条消息")
    rooms.photo("zhao", "mc", "换好了", reply=asked, thread=asked.thread)
    data = rooms.last("wang", "解决了吗").data("解决了")
    assert rooms.presses("li", USERS["li"], data) == "这个按钮无效"
    assert case.state == "confirming"


def test_a_physical_matter_is_closed_with_a_photo_or_a_plain_no(rooms: StaffRooms) -> None:
    """An answer without a picture is kept, not lost; the picture or 【没有照片】 completes it."""
    case = file(rooms)
    press(rooms, "zhao", "自办")
    press(rooms, "zhao", "办结答复")
    reply_here(rooms, "zhao", "换好了，您看看")
    assert case.state == "in_progress"
    rooms.taps("zhao", rooms.last("mc", "还要一张"), "没有照片")
    assert case.state == "confirming"
    assert "换好了，您看看" in rooms.last("wang", "解决了吗").text


def test_a_missing_photo_may_follow(rooms: StaffRooms) -> None:
    """The picture alone completes the answer that was kept."""
    case = file(rooms)
    press(rooms, "zhao", "自办")
    press(rooms, "zhao", "办结答复")
    reply_here(rooms, "zhao", "换好了")
    wanted = rooms.last("mc", "还要一张")
    rooms.photo("zhao", "mc", reply=wanted, thread=wanted.thread)
    assert case.state == "confirming"
    assert rooms.last("wang", "解决了吗").media


def test_an_answer_may_say_that_it_is_only_partly_solved(rooms: StaffRooms) -> None:
    """Another result is one press away; the resident reads it."""
    case = file(rooms)
    press(rooms, "zhao", "自办")
    press(rooms, "zhao", "办结答复")
    rooms.taps("zhao", rooms.last("mc", "回复这条消息"), "只解决一部分")
    reply_here(rooms, "zhao", "4楼的灯下周才到货")
    assert event(rooms, case, "answer").data["result"] == "partly"
    assert "部分解决" in rooms.last("wang", "下周才到货").text


def test_an_urgent_answer_is_checked_before_the_resident_is_asked(rooms: StaffRooms) -> None:
    """E1: the answer waits for 【核查通过】; 【核查不过】 sends it back with a reason."""
    case = file(rooms, category="PR02", words="漏水")
    press(rooms, "zhao", "派单 · 安家物业")
    press(rooms, "an", "签收", "an")
    for round_number in (1, 2):
        press(rooms, "an", "办结答复", "an")
        wanted = rooms.last("an", "回复这条消息")
        rooms.photo("an", "an", f"第{round_number}次修好", reply=wanted)
        assert case.state == "answered"
        if round_number == 1:
            press(rooms, "zhao", "核查不过")
            reply_here(rooms, "zhao", "还在滴")
            assert case.state == "in_progress"
            assert "核查退回 1 次" in card(rooms, "an").text
    assert not any("解决了吗" in m.text for m in rooms.chat("wang"))
    press(rooms, "zhao", "核查通过")
    assert "第2次修好" in rooms.last("wang", "解决了吗").text


def test_followers_get_the_answer_too(rooms: StaffRooms) -> None:
    """Everybody whose matter it is reads the answer; only the reporter is asked."""
    case = file(rooms)
    rooms.wish("li", JoinCase(case.id, "我也黑"))
    press(rooms, "zhao", "自办")
    press(rooms, "zhao", "办结答复")
    asked = rooms.last("mc", "回复这条消息")
    rooms.photo("zhao", "mc", "全换了", reply=asked, thread=asked.thread)
    told = rooms.last("li", "全换了")
    assert told.labels == []


def test_declining_says_why_and_whom_to_turn_to(rooms: StaffRooms) -> None:
    """A reason is chosen from the list; the resident reads it with the referral and how to object."""
    case = file(rooms)
    press(rooms, "zhao", "不予受理")
    rooms.taps("zhao", rooms.last("mc", "是哪一种"), "不归本社区管")
    assert case.state == "declined"
    told = rooms.last("wang", "不能受理").text
    assert "12345" in told
    assert "7天" in told


def test_confidential_cases_keep_the_reporter_from_the_party(rooms: StaffRooms) -> None:
    """The handler's card shows building and nearby floors, no name, no room and not the words."""
    case = file(rooms, category="OR01", words="楼上1002天天打麻将，我住902", flags={"confidential": True})
    press(rooms, "zhao", "派单 · 网格001", "mc-s")
    assert case.state == "assigned"
    private = rooms.last("chen", case.number)
    assert "保密办理" in private.text
    assert "902" not in private.text
    assert "王阿姨" not in private.text
    assert "301" not in private.text


def test_the_emergency_is_taken_on_by_one_person(rooms: StaffRooms) -> None:
    """【我来】 is exclusive: the first press counts, the second is told so; handing over and settling are stamped."""
    rooms.wish("li", RaiseAlarm("SF02", "厨房起火", {"building": "9"}))
    case = rooms.session.scalars(select(Case)).one()
    group = rooms.last("mc-s", "火情")
    data = group.data("我来")
    rooms.taps("zhao", rooms.last("zhao", "火情"), "我来")
    assert case.acked_by == rooms.person("zhao").id
    assert "已有人接手" in rooms.presses("zhao", group.chat, data)
    assert "值班员已接手" in rooms.last("li", "已接手").text
    press(rooms, "zhao", "已报119", "mc-s")
    press(rooms, "zhao", "已到场", "mc-s")
    press(rooms, "zhao", "已安全", "mc-s")
    press(rooms, "zhao", "处置完毕", "mc-s")
    assert (case.handed_over_to, case.state) == ("119", "closed")
    assert case.arrived_at is not None
    assert case.safe_at is not None


def test_a_person_at_risk_gets_no_notices_of_the_service(rooms: StaffRooms) -> None:
    """DS05: taking on, handing over and settling say nothing to the person; only staff's own words do."""
    rooms.wish("li", RaiseAlarm("DS05", "活着没意思", {}))
    heard = len(rooms.chat("li"))
    for label in ("我来", "已报120", "已安全", "处置完毕"):
        press(rooms, "zhao", label, "mc-s")
    assert len(rooms.chat("li")) == heard


def test_the_auditor_answers_in_private(rooms: StaffRooms) -> None:
    """PT03: the auditor takes over and answers from the private chat; the desk hears nothing of it."""
    case = file(rooms, category="PT03", words="李工收了东西")
    assert press(rooms, "shi", "自办", "shi") == "已转为自办"
    press(rooms, "shi", "办结答复", "shi")
    reply_here(rooms, "shi", "已核实并处理", "shi")
    assert case.state in {"confirming", "answered"}
    assert rooms.queued("mc") == []
    assert rooms.queued("mc-s") == []


def test_every_button_has_a_legal_move_or_a_question(rooms: StaffRooms) -> None:
    """Each word on a button is a move of the table or one of the few presses that lead to one."""
    words = set(ACTS) | set(ASKS)
    assert words - EVENTS == {"result", "no_photo", "who"}


def test_a_role_that_has_ended_shows_nothing_more(rooms: StaffRooms) -> None:
    """An agent who has left the firm loses the content of the private card at its next redraw, and can't press it."""
    case = file(rooms)
    press(rooms, "zhao", "派单")
    data = rooms.last("an", case.number).data("签收")
    held = rooms.session.scalars(select(RoleAssignment).where(RoleAssignment.person_id == rooms.person("an").id)).one()
    held.until = rooms.now
    assert "不归您" in rooms.presses("an", USERS["an"], data)
    press(rooms, "zhao", "签收")
    assert "楼道灯不亮" not in card(rooms, "an").text
    assert card(rooms, "an").labels == []


def test_a_handler_who_can_not_be_reached_is_to_be_phoned(rooms: StaffRooms) -> None:
    """The agent has stopped the bot: the topic says so instead of leaving the case with nobody."""
    file(rooms)
    rooms.blocked.add(USERS["an"])
    press(rooms, "zhao", "派单")
    assert "承办人收不到" in rooms.last("mc", "收不到").text


def test_a_duty_officer_who_can_not_be_reached_is_to_be_phoned(rooms: StaffRooms) -> None:
    """The private alarm card bounced: the sensitive chat says that somebody must be phoned at once."""
    rooms.blocked.add(USERS["zhao"])
    rooms.wish("li", RaiseAlarm("SF02", "厨房起火", {"building": "9"}))
    assert "有值班员收不到" in rooms.last("mc-s", "收不到").text
