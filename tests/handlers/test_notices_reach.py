"""A notice that is out: read, answered, chased, corrected, recalled, reported. Script 9 from its second half, with its figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from handlers.notices_counts import homes_of, together
from handlers.notices_receipts import receipt
from handlers.notices_report import figures
from models.case import Case
from models.community import Chat
from models.journal import Outbox
from models.notice_delivery import NoticeKnock, NoticeQuestion, NoticeReceipt, NoticeRecipient, NoticeReminder
from models.place import Building, Household
from scheduler.announcements import notice_confirm, notice_progress
from tests.handlers.desk_world import MONDAY, StaffRooms, open_rooms
from tests.handlers.test_notices import compose, notice, posted, tick

TWO = "明天8点到12点3栋5栋停水 请储水 自来水公司"


@pytest.fixture
def rooms() -> Iterator[StaffRooms]:
    found = open_rooms()
    found.now = MONDAY.replace(hour=15)
    yield found
    found.session.close()


def out(rooms: StaffRooms, text: str = TWO, confirm: str = "要") -> None:
    """Compose and send."""
    compose(rooms, "chen", text, confirm, "立即发")
    rest(rooms)


def rest(rooms: StaffRooms) -> None:
    """Let every job of notices run until nothing is left to do."""
    tick(rooms)
    for _ in range(30):
        done = notice_confirm(rooms.world())
        rooms.session.flush()
        tick(rooms)
        if not done:
            break
    notice_progress(rooms.world())
    rooms.session.flush()
    rooms.deliver()
    rooms.session.expire_all()


def home(rooms: StaffRooms, number: str, unit: str, room: str) -> Household:
    """The home of a room, made when nobody is known of it."""
    building = rooms.session.scalars(select(Building).where(Building.number == number)).one()
    mine = (Household.building_id == building.id, Household.unit == unit, Household.room == room)
    known = rooms.session.scalars(select(Household).where(*mine)).first()
    if known is None:
        known = Household(id=f"h{number}-{unit}-{room}", community_id=rooms.community_id, building_id=building.id, unit=unit, room=room)
        rooms.session.add(known)
        rooms.session.flush()
    return known


def test_the_authors_card_shows_progress_and_what_can_be_done(rooms: StaffRooms) -> None:
    """One card: everything sent, nobody has read it yet; the same message is edited when somebody has."""
    out(rooms)
    card = rooms.last("chen", "停水通知")
    assert "100%" in card.text
    assert "已发3/3" in card.text
    assert "收到 0/148户" in card.text
    assert card.labels == ["更正", "撤回", "报告", "海报"]
    assert "noted for unit 1, 501" in rooms.taps("amy", rooms.last("amy", "Water outage"), "Got it")
    rest(rooms)
    assert "收到 1/148户" in card.text


def test_a_home_counts_once_wherever_it_is_confirmed(rooms: StaffRooms) -> None:
    """Amy confirms in private and in the group: one receipt. 王阿姨 of another building counts nowhere."""
    out(rooms)
    group = posted(rooms, "5栋的居民")[0]
    rooms.taps("amy", rooms.last("amy", "Water outage"), "Got it")
    assert "确认过" in rooms.taps("amy", group, "收到")
    assert "登记" in rooms.taps("wang", group, "收到")
    rows = rooms.session.scalars(select(NoticeReceipt)).all()
    assert [(row.how, row.version) for row in rows] == [("private", 1)]
    assert together(homes_of(rooms.world(), notice(rooms))).confirmed == 1


def test_a_difficulty_is_private_at_once(rooms: StaffRooms) -> None:
    """【家里有困难】 pressed in the group asks in private; the words go to the desk of its own people, nothing to the group."""
    out(rooms)
    group = posted(rooms, "5栋的居民")[0]
    before = len([m for m in rooms.messages if m.chat == group.chat])
    assert "私下" in rooms.taps("amy", group, "家里有困难")
    assert "difficult" in rooms.last("amy").text
    rooms.says("amy", "amy", "Just back from dialysis, I can't be without water")
    said = rooms.last("amy", "Passed on in private")
    assert "Nov 23, 15:30" in said.text
    case = rooms.session.scalars(select(Case)).one()
    assert (case.category, case.sensitive) == ("AS06", True)
    assert rooms.session.get_one(NoticeQuestion, case.id).kind == "difficulty"
    assert any("dialysis" in m.text for m in rooms.chat("mc-s"))
    assert not any("dialysis" in m.text for m in rooms.chat("mc"))
    assert len([m for m in rooms.messages if m.chat == group.chat]) == before
    rooms.taps("amy", group, "家里有困难")
    rooms.taps("amy", rooms.last("amy"), "by mistake")
    assert len(rooms.session.scalars(select(Case)).all()) == 1


def test_a_question_under_a_notice_is_linked_to_it(rooms: StaffRooms) -> None:
    """A reply in private becomes a question with a date; a reply in the group gets the way to the private chat and no content."""
    out(rooms)
    rooms.says("amy", "amy", "Will hot water be off too?", reply=rooms.last("amy", "Water outage"))
    assert "you get an answer by" in rooms.last("amy").text
    group = posted(rooms, "3栋的居民")[0]
    rooms.says("li", group.chat, "几点来水？", reply=group)
    answer = [m for m in rooms.messages if m.chat == group.chat][-1]
    assert answer.labels == ["私聊提问"]
    assert [row.kind for row in rooms.session.scalars(select(NoticeQuestion))] == ["question"]
    assert figures(rooms.world(), notice(rooms))["questions"] == 1


def test_a_reminder_after_a_day_once_and_only_to_who_has_not_confirmed(rooms: StaffRooms) -> None:
    """After 24 hours the members of homes without 【收到】 are written to, once."""
    out(rooms, "周五8点到12点3栋5栋停水 自来水公司")
    rooms.now = MONDAY.replace(hour=15, minute=1) + timedelta(days=1)
    for _ in range(2):
        rest(rooms)
    assert len([m for m in rooms.chat("amy") if "not confirmed yet" in m.text]) == 1
    out(rooms, "周六8点到12点5栋停电 物业")
    rooms.taps("amy", rooms.last("amy", "Power outage"), "Got it")
    rooms.now += timedelta(days=1, minutes=1)
    rest(rooms)
    assert len([m for m in rooms.chat("amy") if "not confirmed yet" in m.text]) == 1


def test_script_9_correction_knocking_and_the_report(rooms: StaffRooms) -> None:
    """Corrected at 18:10, knocked at on the eve of the new date, reported at its end: 148 | 146 | 139 | 7 | 2."""
    out(rooms)
    rooms.taps("amy", rooms.last("amy", "Water outage"), "Got it")
    rooms.now = MONDAY.replace(hour=18, minute=10)
    rooms.says("chen", "chen", "糟了 水务说改到后天")
    shown = rooms.last("chen")
    assert "11月25日" in shown.text
    assert shown.labels[0] == "更正"
    assert not posted(rooms, "已更正")
    rooms.taps("chen", shown, "更正")
    rest(rooms)
    old = posted(rooms, "已更正")
    assert len(old) == 2
    assert all(not m.labels and m.edits == 1 for m in old)
    new = posted(rooms, "11月25日")
    assert len(new) == 2
    assert all("【更正】" in m.text for m in new)
    assert new[0].labels == ["收到", "家里有困难"]
    assert "看过旧版1户" in rooms.last("chen", "第2版").text
    pending = rooms.session.scalars(select(NoticeReminder).where(NoticeReminder.done_at.is_(None)))
    assert {row.version for row in pending} == {2}, "no reminder of the old version is left"

    found = notice(rooms)
    quiet = {(unit, room) for unit in ("1", "2") for room in ("101", "201", "301", "401")} | {("1", "501")}
    for number, floors, per_floor in (("3", 9, 4), ("5", 19, 2)):
        for unit in ("1", "2"):
            for floor in range(1, floors + 1):
                for room in range(1, per_floor + 1):
                    name = (unit, f"{floor}{room:02d}")
                    if number == "5" or name not in quiet:
                        receipt(rooms.world(), found, 2, home(rooms, number, *name), None, "private")
    rooms.now = MONDAY.replace(hour=18, minute=10) + timedelta(days=1)
    rest(rooms)
    listed = rooms.last("chen", "户没确认")
    assert "3栋还有9户没确认" in listed.text
    assert listed.text.count("☐") == 9
    assert rooms.presses("chen", "-2003", listed.data("已敲门")) == "这个按钮无效", "a button copied elsewhere is none"
    for _ in range(7):
        rooms.taps("chen", listed, "已敲门")
    for _ in range(2):
        rooms.taps("chen", listed, "没人应")
    rest(rooms)
    assert (listed.text.count("☑"), listed.text.count("✗"), listed.labels) == (7, 2, [])
    rooms.now = MONDAY.replace(hour=19) + timedelta(days=2)
    rest(rooms)
    report = rooms.last("chen", "通知报告")
    assert "148户｜送达146｜确认139｜线下7｜未确认0｜未达2" in report.text
    assert notice(rooms).state == "closed"
    homes = together(homes_of(rooms.world(), notice(rooms)))
    assert homes.confirmed + homes.offline + homes.unconfirmed + homes.failed == homes.target == 148


def test_only_who_holds_the_building_may_tick_a_room(rooms: StaffRooms) -> None:
    """Somebody whose role has ended presses in vain; the room stays on the list."""
    from sqlalchemy import update

    from models.role import RoleAssignment

    out(rooms)
    rooms.now = MONDAY.replace(hour=18, minute=1)
    rest(rooms)
    listed = rooms.last("chen", "户没确认")
    rooms.session.execute(update(RoleAssignment).where(RoleAssignment.person_id == rooms.person("chen").id).values(until=rooms.now))
    rooms.taps("chen", listed, "已敲门")
    assert rooms.session.scalar(select(func.count()).select_from(NoticeKnock).where(NoticeKnock.outcome != "")) == 0


def test_recall_in_the_middle_stops_the_rest_and_edits_what_arrived(rooms: StaffRooms) -> None:
    """Some have it, some wait in the outbox, some have no letter yet: the first is edited, nobody else gets it."""
    from handlers.notices_due import start_due
    from handlers.notices_fanout import post_chunk, write_chunk
    from tests.models.stage import book

    limits = book().settings["notices"]["limits"]
    compose(rooms, "qian", "全小区周五8点到12点停水 物业", "要", "送审，同意后立即发")
    rooms.taps("zhao", rooms.last("mc", "待审批"), "同意")
    start_due(rooms.world())
    found = notice(rooms)
    while found.fan_state != "done":
        write_chunk(rooms.world(), found)
    limits["post_chunk"], was = 5, limits["post_chunk"]
    try:
        post_chunk(rooms.world(), found)
        rooms.deliver()
        notice_progress(rooms.world())
        rooms.deliver()
        card = rooms.last("qian", "停水通知")
        assert "已发5/16" in card.text
        assert card.labels == ["撤回"]
        rooms.taps("qian", card, "撤回")
        post_chunk(rooms.world(), found)
        assert rooms.taps("qian", rooms.last("qian", "为什么撤回"), "情况有变") == "已撤回，没发的不再发"
    finally:
        limits["post_chunk"] = was
    rest(rooms)
    states = [row.state for row in rooms.session.scalars(select(NoticeRecipient))]
    assert sorted(set(states)) == ["stopped", "struck"]
    assert states.count("struck") == 5
    assert len(posted(rooms, "已撤回")) == 5
    assert not posted(rooms, "的居民")
    assert rooms.session.scalar(select(func.count()).select_from(Outbox).where(Outbox.lane == "notice", Outbox.state == "queued")) == 0


def test_who_blocked_the_bot_is_shown_as_failed(rooms: StaffRooms) -> None:
    """A person who can't be reached is counted, and the home isn't failed while its building's group has the post."""
    rooms.blocked.add("700003")
    out(rooms)
    assert "失败1" in rooms.last("chen", "停水通知").text
    assert figures(rooms.world(), notice(rooms))["homes"]["failed"] == 0


def test_a_building_whose_group_did_not_get_it_is_not_reached(rooms: StaffRooms) -> None:
    """Nobody of 72 homes has it but by the group, and the group has thrown the bot out."""
    building = rooms.session.scalars(select(Building).where(Building.number == "3")).one()
    rooms.blocked.add(rooms.session.scalars(select(Chat.chat).where(Chat.scope_id == building.id)).one())
    out(rooms)
    rows = {row.building: row for row in homes_of(rooms.world(), notice(rooms))}
    assert (rows["3"].failed, rows["3"].unconfirmed) == (72, 0)
    assert (rows["5"].failed, rows["5"].unconfirmed) == (0, 76)
