"""Notices from the sentence to the posted letters, in the demo community: script 9 up to delivery, rights, approvals."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from handlers.inbound import Command
from models.notice import Notice, NoticeApproval
from models.notice_access import AccessBlock
from models.notice_delivery import NoticeRecipient
from scheduler.announcements import notice_send
from tests.handlers.desk_world import MONDAY, Sent, StaffRooms, open_rooms

OUTAGE = "明天8点到12点3号楼停水 请储水 自来水公司"


@pytest.fixture
def rooms() -> Iterator[StaffRooms]:
    found = open_rooms()
    found.now = MONDAY.replace(hour=15)
    yield found
    found.session.close()


def tick(rooms: StaffRooms, times: int = 30) -> None:
    """Let the timetable's job run until it finds nothing to do, then send what is due."""
    for _ in range(times):
        if not notice_send(rooms.world()):
            break
        rooms.session.flush()
    rooms.session.expire_all()
    rooms.deliver()


def compose(rooms: StaffRooms, who: str, text: str, *taps: str, chat: str = "") -> Sent:
    """Write a notice, answer its questions by these buttons; returns the last thing said."""
    rooms.event(who, chat or who, Command("通知", text))
    for label in taps:
        rooms.taps(who, rooms.last(chat or who), label)
    return rooms.last(chat or who)


def notice(rooms: StaffRooms) -> Notice:
    """The newest notice."""
    query = select(Notice).order_by(Notice.number.desc()).execution_options(populate_existing=True)
    return rooms.session.scalars(query).first()  # type: ignore[return-value]


def posted(rooms: StaffRooms, words: str) -> list[Sent]:
    """What stands in the building groups."""
    return [m for m in rooms.messages if m.chat.startswith("-2") and words in m.text]


def test_script_9_composing_and_sending(rooms: StaffRooms) -> None:
    """A wrong audience is corrected before it is sent; source and confirmation are asked for; a template to own buildings needs nobody."""
    rooms.event("chen", "chen", Command("通知", "明天8点到12点3号楼停水 请储水"))
    first = rooms.last("chen")
    assert "3栋" in first.text
    assert "11月24日" in first.text
    assert "08:00–12:00" in first.text
    assert "1个群、72户" in first.text.replace("<b>", "").replace("</b>", "")
    assert first.labels == ["自来水公司", "安家物业"]
    rooms.says("chen", "chen", "自来水 不对不对 是3栋和5栋")
    assert "3、5栋，148户" in rooms.last("chen").text
    rooms.taps("chen", rooms.last("chen"), "要")
    assert "免审批" in rooms.last("chen").text
    assert rooms.last("chen").labels[:2] == ["立即发", "17:30发"]
    assert not posted(rooms, "停水")
    rooms.taps("chen", rooms.last("chen"), "立即发")
    tick(rooms)
    assert sorted(m.text.splitlines()[1] for m in posted(rooms, "停水")) == ["3栋的居民：", "5栋的居民："]
    assert posted(rooms, "停水")[0].labels == ["收到", "家里有困难"]
    assert "No water Tue, Nov 24" in rooms.last("amy", "Water outage").text
    assert notice(rooms).state == "confirming"


def test_a_resident_and_a_director_of_another_building_may_not(rooms: StaffRooms) -> None:
    """Being able to type it gives no right: it is refused, with the reason."""
    compose(rooms, "wang", OUTAGE)
    assert "只有网格长" in rooms.last("wang").text
    compose(rooms, "liu", OUTAGE)
    assert "不在您可以发的范围" in rooms.last("liu").text
    assert rooms.session.scalar(select(func.count()).select_from(Notice)) == 0


def test_a_residents_words_are_never_taken_for_a_notice(rooms: StaffRooms) -> None:
    """“通知 3栋停水” from a resident is a report; “通知栏坏了” from a grid leader too."""
    rooms.says("wang", "wang", "通知 2栋停水")
    rooms.says("chen", "chen", "通知栏坏了")
    assert "是谁通知的" not in rooms.last("wang").text
    assert not any("预览" in m.text for m in rooms.chat("chen"))


def test_a_director_sends_a_template_to_the_own_building(rooms: StaffRooms) -> None:
    """A building director needs no approval for a template to the own building, and can't send own words."""
    said = compose(rooms, "liu", "2栋明天9点到10点停水 物业", "不要", "立即发")
    assert "正在发" in said.text
    compose(rooms, "liu", "2栋防诈：骗子冒充社保局打电话 派出所")
    assert "不能由您发" in rooms.last("liu").text


def test_community_wide_needs_the_lead_and_never_the_author(rooms: StaffRooms) -> None:
    """The card stands in the staff chat; the author and a clerk can't approve; the lead can, once; then it goes out."""
    compose(rooms, "chen", "全小区后天9点到11点停电 供电公司", "不要", "送审，同意后立即发")
    card = rooms.last("mc", "待审批通知")
    assert "12个群、714户" in card.text
    assert "要由别的同事来定" in rooms.taps("chen", card, "同意")
    assert "不由您来定" in rooms.taps("zhao", card, "同意")
    tick(rooms)
    assert not posted(rooms, "停电")
    assert rooms.taps("qian", card, "同意") == "已同意"
    assert "已变化" in rooms.taps("qian", card, "同意")
    tick(rooms)
    assert len(posted(rooms, "停电")) == 12
    assert "已同意" in rooms.last("chen").text


def test_a_leads_own_notice_needs_somebody_else(rooms: StaffRooms) -> None:
    """The lead doesn't approve the own notice."""
    compose(rooms, "qian", "全小区后天9点到11点停电 供电公司", "不要", "送审，同意后立即发")
    card = rooms.last("mc", "待审批通知")
    assert "别的同事" in rooms.taps("qian", card, "同意")
    assert rooms.taps("zhao", card, "同意") == "已同意"


def test_a_role_that_ended_approves_nothing(rooms: StaffRooms) -> None:
    """Authority is looked up at the press, not at the card."""
    from sqlalchemy import update

    from models.role import RoleAssignment

    compose(rooms, "chen", "全小区后天9点到11点停电 供电公司", "不要", "送审，同意后立即发")
    rooms.session.execute(update(RoleAssignment).where(RoleAssignment.person_id == rooms.person("qian").id).values(until=rooms.now))
    assert "不由您来定" in rooms.taps("qian", rooms.last("mc", "待审批通知"), "同意")


def test_returned_with_a_reason(rooms: StaffRooms) -> None:
    """A returned notice tells its author why, and is not sent."""
    compose(rooms, "chen", "全小区后天9点到11点停电 供电公司", "不要", "送审，同意后立即发")
    rooms.taps("qian", rooms.last("mc", "待审批通知"), "退回：措辞")
    assert "措辞要改" in rooms.last("chen", "退回").text
    tick(rooms)
    assert notice(rooms).state == "returned"
    assert not posted(rooms, "停电")


def test_urgent_by_day_one_confirmer_and_the_lead_afterwards(rooms: StaffRooms) -> None:
    """Grid leader and one confirmer send at once; the lead's approval is asked for and recorded after."""
    compose(rooms, "chen", "紧急：3栋马上停水 物业", "不要", "送审，同意后立即发")
    card = rooms.last("mc", "待审批通知")
    assert "🚨" in card.text
    rooms.taps("zhao", card, "同意")
    tick(rooms)
    assert len(posted(rooms, "停水")) == 1
    assert notice(rooms).approve_after_by is not None
    rooms.taps("qian", rooms.last("mc", "补批"), "补批")
    assert notice(rooms).approve_after_by is None
    assert rooms.session.scalar(select(func.count()).select_from(NoticeApproval)) == 2


def test_urgent_after_hours_needs_two_others(rooms: StaffRooms) -> None:
    """After nine in the evening one confirmer isn't enough, and nobody counts twice; quiet hours don't hold it back."""
    rooms.now = MONDAY.replace(hour=22)
    compose(rooms, "chen", "紧急：3栋马上停水 物业", "不要", "送审，同意后立即发")
    card = rooms.last("mc", "待审批通知")
    assert "1/2" in rooms.taps("zhao", card, "同意")
    assert "已经表过态" in rooms.taps("zhao", card, "同意")
    tick(rooms)
    assert not posted(rooms, "停水")
    rooms.taps("zhou", card, "同意")
    tick(rooms)
    assert len(posted(rooms, "停水")) == 1


def test_a_department_without_access_is_stopped_and_counted(rooms: StaffRooms) -> None:
    """A push in the linkage chat is answered with the way to apply; the desk hears of it; composing one is counted too."""
    rooms.says("wu", "lc", "请各群转发：必须关注公众号并截图上报，今晚8点前，计入考核")
    assert "没有准入编号" in rooms.last("lc").text
    assert rooms.last("lc").labels == ["申请"]
    assert "已拦截1条未准入任务" in rooms.last("mc").text
    compose(rooms, "wu", OUTAGE)
    assert "准入" in rooms.last("wu").text
    assert rooms.session.scalar(select(func.count()).select_from(AccessBlock)) == 2
    rooms.says("wu", "lc", "大家好，明天我请假")
    assert rooms.session.scalar(select(func.count()).select_from(AccessBlock)) == 2


def test_formalism_and_personal_data_are_not_sent(rooms: StaffRooms) -> None:
    """The linter stops demands for likes and screenshots, and numbers of people."""
    rooms.event("qian", "qian", Command("通知", "全小区政策提醒：请打开医保小程序，必须点赞并截图上报 社区居委会"))
    shown = rooms.last("qian")
    assert "⛔" in shown.text
    assert not any("送审" in label for label in shown.labels)
    rooms.says("qian", "qian", "正文：医保缴费到12月20日截止，电话13812345678问张三")
    assert "个人手机号" in rooms.last("qian").text
    rooms.says("qian", "qian", "正文：医保缴费到12月20日截止，请到居委会办理")
    assert "⛔" not in rooms.last("qian").text


def test_everything_in_the_work_chat_of_the_grid(rooms: StaffRooms) -> None:
    """Typed without a slash in gw; others' taps and words don't touch the draft, the author's do."""
    rooms.says("chen", "gw-001", "通知：明天8点到12点3栋停水 自来水公司")
    question = rooms.last("gw-001")
    rooms.says("liu", "gw-001", "5栋呢？")
    rooms.event("liu", "gw-001", Command("x"))
    assert rooms.last("gw-001").message_id == question.message_id
    rooms.taps("chen", question, "不要")
    rooms.says("chen", "gw-001", "加上5栋")
    assert "148户" in rooms.last("gw-001").text
    rooms.taps("chen", rooms.last("gw-001"), "立即发")
    tick(rooms)
    assert len(posted(rooms, "停水")) == 2


def test_an_unknown_building_is_asked_for_never_guessed(rooms: StaffRooms) -> None:
    """12栋 doesn't exist: its neighbours are offered, nothing can be sent."""
    compose(rooms, "chen", "12栋明天8点到12点停水 自来水公司")
    asked = rooms.last("chen")
    assert "没有12栋" in asked.text
    assert "11栋" in asked.labels
    rooms.taps("chen", asked, "11栋")
    assert "11栋" in rooms.last("chen").text
    assert "66户" in rooms.last("chen").text


def test_own_words_in_a_building_and_in_english(rooms: StaffRooms) -> None:
    """Any part is edited by saying it; edited words are no template any more, so somebody must agree."""
    compose(rooms, "chen", "3栋5栋明天8点到12点停水 自来水公司", "不要")
    rooms.says("chen", "chen", "英文：No water tomorrow morning, sorry.")
    rooms.says("chen", "chen", "5栋正文：五栋水箱换泵，明早8点到12点没水。")
    said = rooms.last("chen")
    assert "需要1位别的同事同意" in said.text
    rooms.taps("chen", said, "送审，同意后立即发")
    rooms.taps("qian", rooms.last("mc", "待审批通知"), "同意")
    tick(rooms)
    assert len(posted(rooms, "五栋水箱换泵")) == 1
    assert "No water tomorrow morning, sorry." in rooms.last("amy").text


def test_the_same_event_redone_plans_nothing_twice(rooms: StaffRooms) -> None:
    """Every recipient has one row and one letter, however often the job runs."""
    compose(rooms, "chen", "3栋5栋明天8点到12点停水 自来水公司", "不要", "立即发")
    for _ in range(3):
        tick(rooms)
    rows = rooms.session.scalars(select(NoticeRecipient)).all()
    assert len(rows) == 3
    assert {row.kind for row in rows} == {"group", "person"}
    assert len(posted(rooms, "停水")) == 2
