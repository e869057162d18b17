"""When notices go out: quiet hours, the cap and its digest, what was missed, repeats, restarts, two replicas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from handlers.notices_digest import send_digests
from handlers.notices_due import fire_repeats, next_notice, start_due
from handlers.notices_fanout import post_chunk, write_chunk
from models.calendar import Calendar
from models.community import Community
from models.journal import Outbox
from models.notice import Notice, NoticeRepeat
from models.notice_clock import moment_of, next_wall
from models.notice_delivery import NoticeRecipient
from tests.handlers.desk_world import MONDAY, StaffRooms, open_rooms
from tests.handlers.test_notices import compose, notice, posted, tick
from tests.models.stage import book

SHORT = "自来水公司"


@pytest.fixture
def rooms() -> Iterator[StaffRooms]:
    found = open_rooms()
    found.now = MONDAY.replace(hour=15)
    yield found
    found.session.close()


def berlin() -> Calendar:
    return Calendar.of("Europe/Berlin", book().sla["calendar"])


def test_at_a_time_in_local_wall_time(rooms: StaffRooms) -> None:
    """“17:30发” waits until then and is not due a minute before."""
    compose(rooms, "chen", f"3栋明天8点到12点停水 {SHORT}", "不要", "17:30发")
    due = next_notice(rooms.world())
    assert due is not None
    assert due.astimezone(MONDAY.tzinfo).hour == 17
    rooms.now = MONDAY.replace(hour=17, minute=29)
    tick(rooms)
    assert not posted(rooms, "停水")
    rooms.now = MONDAY.replace(hour=17, minute=30)
    tick(rooms)
    assert len(posted(rooms, "停水")) == 1
    assert "延迟" not in posted(rooms, "停水")[0].text


def test_said_in_the_first_sentence_when_to_send(rooms: StaffRooms) -> None:
    """“…，今晚7点再发” is the time of sending, not of the outage."""
    compose(rooms, "chen", f"3栋明天8点到12点停水 {SHORT}，今晚7点再发", "不要")
    assert "19:00发" in rooms.last("chen").labels
    assert "08:00–12:00" in rooms.last("chen").text


def test_quiet_hours_hold_it_until_the_morning(rooms: StaffRooms) -> None:
    """At ten in the evening only the next morning is offered; urgent ones are another matter."""
    rooms.now = MONDAY.replace(hour=22)
    compose(rooms, "chen", f"3栋后天8点到12点停水 {SHORT}", "不要")
    assert rooms.last("chen").labels[0] == "08:30发"
    rooms.taps("chen", rooms.last("chen"), "08:30发")
    rooms.now += timedelta(hours=1)
    tick(rooms)
    assert not posted(rooms, "停水")
    rooms.now = MONDAY.replace(hour=8, minute=30) + timedelta(days=1)
    tick(rooms)
    assert len(posted(rooms, "停水")) == 1


def test_the_third_of_a_day_goes_into_the_digest(rooms: StaffRooms) -> None:
    """At most two a day and building: the third is said to be merged, and comes with the digest, once."""
    for what in ("停水", "停电"):
        compose(rooms, "chen", f"3栋周五8点到12点{what} 物业", "不要", "立即发")
        tick(rooms)
    compose(rooms, "chen", "3栋5栋周五8点到12点停气 物业", "要")
    assert "3栋当天的通知已满" in rooms.last("chen").text
    rooms.taps("chen", rooms.last("chen"), "立即发")
    tick(rooms)
    assert [m.text.splitlines()[1] for m in posted(rooms, "停燃气")] == ["5栋的居民："]
    rooms.now = MONDAY.replace(hour=18)
    for _ in range(2):
        send_digests(rooms.world())
        rooms.deliver()
    merged = posted(rooms, "今天的通知汇总")
    assert len(merged) == 1
    assert "3栋的居民" in merged[0].text
    assert merged[0].labels == ["收到：🔥停气通知"]
    waiting = rooms.session.scalars(select(NoticeRecipient).where(NoticeRecipient.letter.startswith("digest:"))).all()
    assert [row.state for row in waiting] == ["sent"]


def test_what_begins_before_the_digest_is_not_held(rooms: StaffRooms) -> None:
    """A warning that would come too late in the digest goes out over the cap."""
    for what in ("停水", "停电"):
        compose(rooms, "chen", f"3栋周五8点到12点{what} 物业", "不要", "立即发")
        tick(rooms)
    compose(rooms, "chen", "3栋明天8点到12点停气 物业", "不要", "立即发")
    tick(rooms)
    assert len(posted(rooms, "停燃气")) == 1


def test_the_same_words_again_are_pointed_out(rooms: StaffRooms) -> None:
    """A repeat of the same text to the same building is said, another building's is not."""
    compose(rooms, "chen", f"3栋周五8点到12点停水 {SHORT}", "不要", "立即发")
    number = notice(rooms).number
    compose(rooms, "chen", f"3栋周五8点到12点停水 {SHORT}", "不要")
    assert number in rooms.last("chen").text
    rooms.says("chen", "chen", "改成5栋")
    assert number not in rooms.last("chen").text


def test_missed_within_the_grace_is_sent_late_and_says_so(rooms: StaffRooms) -> None:
    """Forty minutes of downtime: it goes out marked."""
    compose(rooms, "chen", f"3栋周五8点到12点停水 {SHORT}", "不要", "17:30发")
    rooms.now = MONDAY.replace(hour=18, minute=10)
    tick(rooms)
    assert "延迟发出" in posted(rooms, "停水")[0].text


def test_missed_for_longer_asks_its_owner(rooms: StaffRooms) -> None:
    """Two hours late it is not sent by itself; the owner's tap sends it, another person's doesn't."""
    compose(rooms, "chen", f"3栋周五8点到12点停水 {SHORT}", "不要", "17:30发")
    rooms.now = MONDAY.replace(hour=19, minute=40)
    tick(rooms)
    asked = rooms.last("chen", "没能按时发出")
    assert not posted(rooms, "停水")
    assert notice(rooms).state == "missed"
    rooms.taps("chen", asked, "现在发")
    tick(rooms)
    assert len(posted(rooms, "停水")) == 1


def test_nothing_is_sent_about_what_is_over(rooms: StaffRooms) -> None:
    """Approved after its own time, or due after it, a notice isn't sent: its author must write it again."""
    compose(rooms, "chen", "全小区今天16点到17点停水 物业", "不要", "送审，同意后立即发")
    rooms.now = MONDAY.replace(hour=17, minute=30)
    assert "已经过去" in rooms.taps("qian", rooms.last("mc", "待审批"), "同意")
    tick(rooms)
    assert not posted(rooms, "停水")


def test_a_restart_in_the_middle_loses_and_doubles_nothing(rooms: StaffRooms) -> None:
    """Chunks written, posted, rolled back and done again: one row and one letter for each."""
    limits = book().settings["notices"]["limits"]
    compose(rooms, "qian", "全小区周五8点到12点停水 物业", "不要", "送审，同意后立即发")
    rooms.taps("zhao", rooms.last("mc", "待审批"), "同意")
    start_due(rooms.world())
    rooms.session.commit()
    limits["post_chunk"], was = 5, limits["post_chunk"]
    try:
        for lost in (True, False, True, False, False, False, False):
            found = notice(rooms)
            if found.state == "delivering":
                _ = write_chunk(rooms.world(), found) if found.fan_state != "done" else post_chunk(rooms.world(), found)
            rooms.session.rollback() if lost else rooms.session.commit()
            rooms.session.expire_all()
    finally:
        limits["post_chunk"] = was
    tick(rooms)
    rows = list(rooms.session.scalars(select(NoticeRecipient)))
    assert len({row.recipient for row in rows}) == len(rows) == 12 + 4
    letters = rooms.session.scalar(select(func.count()).select_from(Outbox).where(Outbox.lane == "notice"))
    assert letters == 16
    assert len(posted(rooms, "停水")) == 12


def test_a_weekly_notice_makes_one_of_its_own_each_week(rooms: StaffRooms) -> None:
    """Its dates move along; a public holiday is skipped; each firing has its own number."""
    compose(rooms, "chen", "3栋明天8点到12点停水 自来水公司", "不要")
    rooms.taps("chen", rooms.last("chen"), "改时间")
    rooms.says("chen", "chen", "每周一上午9点")
    assert "已定好重复发送" in rooms.last("chen").text
    for _ in range(2):
        due = rooms.session.scalar(select(NoticeRepeat.next_at).execution_options(populate_existing=True))
        assert due is not None
        rooms.now = due.astimezone(MONDAY.tzinfo)
        tick(rooms)
    texts = [m.text for m in posted(rooms, "停水")]
    assert ["12月1日" in texts[0], "12月8日" in texts[1]] == [True, True]
    assert rooms.session.scalar(select(func.count()).select_from(Notice).where(Notice.state == "confirming")) == 2


def test_two_replicas_fire_one_occurrence_once(rooms: StaffRooms) -> None:
    """The unique row (job, local wall) decides: a second look at the same wall makes nothing."""
    compose(rooms, "chen", "3栋明天8点到12点停水 自来水公司", "不要")
    rooms.taps("chen", rooms.last("chen"), "改时间")
    rooms.says("chen", "chen", "每个工作日8点")
    rule = rooms.session.scalars(select(NoticeRepeat)).one()
    wall, at = rule.next_wall, rule.next_at
    rooms.now = at.astimezone(MONDAY.tzinfo)
    fire_repeats(rooms.world())
    rooms.session.execute(update(NoticeRepeat).values(next_wall=wall, next_at=at))
    rooms.session.expire_all()
    fire_repeats(rooms.world())
    assert rooms.session.scalar(select(func.count()).select_from(Notice).where(Notice.state == "scheduled")) == 1


def test_a_notice_over_the_change_of_clocks(rooms: StaffRooms) -> None:
    """In a zone with summer time a daily 02:30 fires once in the night that has it twice and in the one that skips it."""
    zone = ZoneInfo("Europe/Berlin")
    rooms.session.execute(update(Community).values(zone="Europe/Berlin"))
    compose(rooms, "chen", "3栋防诈：骗子 派出所")
    rule = NoticeRepeat(
        id="r1", community_id=rooms.community_id, rule={"every": "day", "time": "02:30"}, next_wall="2027-10-30T02:30", state="active"
    )
    rule.next_at = moment_of(rule.next_wall, zone)
    rooms.session.add(rule)
    rooms.session.flush()
    fired = []
    rooms.now = datetime(2027, 10, 29, 22, 0, tzinfo=UTC)
    for _ in range(4 * 24 * 3):
        before = rule.next_wall
        fire_repeats(rooms.world())
        if rule.next_wall != before:
            fired.append(before)
        rooms.now += timedelta(minutes=20)
    assert fired == ["2027-10-30T02:30", "2027-10-31T02:30", "2027-11-01T02:30", "2027-11-02T02:30"]


@pytest.mark.parametrize(
    ("wall", "moment"),
    [
        ("2027-03-28T02:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        ("2027-10-31T02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        ("2027-07-01T08:00", datetime(2027, 7, 1, 6, 0, tzinfo=UTC)),
    ],
)
def test_walls_and_moments(wall: str, moment: datetime) -> None:
    """A skipped wall is moved on by what was skipped, of a doubled one the first counts."""
    assert moment_of(wall, ZoneInfo("Europe/Berlin")) == moment


@pytest.mark.parametrize(
    ("rule", "after", "fires"),
    [
        ({"every": "workday", "time": "08:00"}, "2026-11-27T08:00", "2026-11-30T08:00"),
        ({"every": "workday", "time": "08:00"}, "2026-09-30T09:00", "2026-10-08T08:00"),
        ({"every": "week", "weekdays": [0, 3], "time": "09:00"}, "2026-11-23T09:00", "2026-11-26T09:00"),
        ({"every": "week", "weekdays": [3], "time": "09:00"}, "2026-09-25T09:00", "2026-10-08T09:00"),
        ({"every": "month", "day": 31, "time": "09:00"}, "2027-02-01T09:00", "2027-03-01T09:00"),
        ({"every": "month", "day": 1, "time": "09:00"}, "2026-09-02T09:00", "2026-10-08T09:00"),
        ({"every": "day", "time": "02:30"}, "2027-03-27T02:30", "2027-03-28T02:30"),
    ],
)
def test_the_next_firing_of_a_rule(rule: dict[str, object], after: str, fires: str) -> None:
    """Working days, holidays, short months and changes of clocks."""
    assert next_wall(rule, after, berlin()) == fires
