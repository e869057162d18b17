"""Notices on both databases: chunks of recipients in SQL, two replicas that look at the same moment, access items with their clocks."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from dialogs.notice_wishes import ApplyAccess, PlanNotice, WeighNotice
from dialogs.words import Answered, Refused
from handlers.notices import plan, weigh
from handlers.notices_access import access_counts, apply_access, press_access, tick_access
from handlers.notices_moves import NoticeMoved
from models.access import NotAllowed
from models.journal import Outbox
from models.notice import Notice, NoticeRepeat
from models.notice_access import AccessItem
from models.notice_delivery import NoticeRecipient
from models.role import RoleAssignment
from scheduler.announcements import notice_send
from tests.models.stage import Stage, at

PLAN: dict[str, Any] = {
    "template": "water", "urgent": False, "starts": "2026-11-25T08:00", "ends": "2026-11-25T12:00", "all_day": False, "circle": "grid",
    "houses": {"named": [], "but": [], "circle": "grid"}, "buildings": [], "source_kind": "WT", "words": {}, "media": [], "confirm": True,
    "send": "now", "repeat": None, "facts": {"source": {"zh": "自来水公司", "en": "Water company"}, "contact": "0999-96766"},
}  # fmt: skip


def planned(stage: Stage, **change: Any) -> str:
    """A notice of 陈姐 to her grid; its id."""
    with stage.world() as world:
        answer = plan(world, stage.person(world, "chen"), PlanNotice({**PLAN, **change}))
        assert isinstance(answer, Answered), answer
        return str(answer.value["notice_id"])


def run(stage: Stage, times: int = 8) -> None:
    for _ in range(times):
        with stage.world() as world:
            notice_send(world)


def counts(stage: Stage) -> tuple[int, int, str]:
    """Recipient rows, letters, the notice's state."""
    with stage.world() as world:
        rows = world.session.scalar(select(func.count()).select_from(NoticeRecipient)) or 0
        letters = world.session.scalar(select(func.count()).select_from(Outbox).where(Outbox.lane == "notice")) or 0
        return rows, letters, str(world.session.scalar(select(Notice.state).where(Notice.state != "pattern")))


def test_recipients_are_written_and_posted_on_both_databases(stage: Stage) -> None:
    """Six groups, and the two residents of the grid who are known: 王阿姨 and Amy."""
    stage.now = at(24, "10:00")
    planned(stage)
    run(stage)
    assert counts(stage) == (8, 8, "confirming")
    with stage.world() as world:
        named = set(world.session.scalars(select(NoticeRecipient.letter)))
        assert named == set(world.session.scalars(select(Outbox.idem).where(Outbox.lane == "notice")))


def test_two_replicas_start_and_deliver_once(stage: Stage) -> None:
    """Both tick at the same moment, again and again: each recipient has one row and one letter."""
    stage.now = at(24, "10:00")
    planned(stage)
    lost: list[BaseException] = []

    def replica() -> None:
        for _ in range(8):
            try:
                with stage.world() as world:
                    notice_send(world)
            except (NoticeMoved, DBAPIError) as error:
                lost.append(error)

    if stage.engine.dialect.name == "sqlite":
        replica()
        replica()
    else:
        threads = [threading.Thread(target=replica) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    run(stage)
    assert counts(stage) == (8, 8, "confirming")


def test_two_replicas_fire_a_repeat_once(stage: Stage) -> None:
    """The wall 2026-11-25T08:30 belongs to whoever inserts its row first."""
    stage.now = at(24, "10:00")
    planned(stage, repeat={"every": "workday", "time": "08:30"})
    stage.now = at(25, "08:30")

    def replica() -> None:
        with stage.world() as world:
            notice_send(world)

    threads = [threading.Thread(target=replica) for _ in range(2 if stage.engine.dialect.name == "postgresql" else 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with stage.world() as world:
        assert world.session.scalar(select(func.count()).select_from(Notice).where(Notice.state != "pattern")) == 1
        assert world.session.scalars(select(NoticeRepeat)).one().next_wall == "2026-11-26T08:30"


def test_the_same_event_redone_plans_one_notice(stage: Stage) -> None:
    """A turn that is done twice finds what it planned."""
    stage.now = at(24, "10:00")
    for _ in range(2):
        with stage.world("tap:77") as world:
            answer = plan(world, stage.person(world, "chen"), PlanNotice(PLAN))
            assert isinstance(answer, Answered)
            assert answer.value["number"] == "N-SMY-261124-001"


def item_of(stage: Stage) -> tuple[str, int, str]:
    with stage.world() as world:
        item = world.session.scalars(select(AccessItem)).one()
        return item.id, item.rev, item.state


def press(stage: Stage, who: str, act: str) -> str:
    item_id, rev, _ = item_of(stage)
    with stage.world() as world:
        try:
            return press_access(world, stage.person(world, who), item_id, act, rev)[0]
        except NotAllowed as refused:
            return refused.key


def test_an_access_item_from_application_to_exit(stage: Stage) -> None:
    """Apply, two opinions, a decision by somebody else, entry on its day, a notice under it, exit after its end; all counted."""
    stage.now = at(24, "10:00")
    facts = {"task": "登记电动车", "hours": 40, "from": "2026-11-27", "until": "2026-12-31", "appraisal": False}
    with stage.world() as world:
        answer = apply_access(world, stage.person(world, "wu"), ApplyAccess(facts))
        assert isinstance(answer, Answered)
        assert answer.value["decide_by"].startswith("2026-12-15")
    assert press(stage, "wu", "access_for") == "own"
    assert press(stage, "he", "access_yes") == "notice.toast.stale_access"
    assert press(stage, "chen", "access_for") == "not_approver"
    assert press(stage, "he", "access_for") == "notice.toast.opinion"
    assert press(stage, "he", "access_for") == "voted"
    assert press(stage, "qian", "access_for") == "notice.toast.opinion"
    assert press(stage, "du", "access_yes") == "notice.toast.access_approved"
    department = {**PLAN, "houses": {"named": ["3"], "but": [], "circle": ""}, "circle": ""}
    with stage.world() as world:
        assert isinstance(weigh(world, stage.person(world, "wu"), WeighNotice(department)), Refused)
    stage.now = at(27, "08:35")
    with stage.world() as world:
        assert tick_access(world) == 1
    with stage.world() as world:
        weighed = weigh(world, stage.person(world, "wu"), WeighNotice(department))
        assert isinstance(weighed, Answered)
        assert (weighed.value["rule"], weighed.value["approvals"], weighed.value["access"]) == ("department", 1, "A-SMY-261124-001")
    stage.now = at(27, "08:35") + timedelta(days=40)
    with stage.world() as world:
        tick_access(world)
        counted = access_counts(world, at(1, "00:00"), stage.now + timedelta(days=1))
    assert counted == {"applied": 1, "approved": 1, "refused": 0, "exited": 1, "hours": 40, "blocked": 1}
    assert item_of(stage)[2] == "exited"


def test_an_overdue_decision_is_noted_once(stage: Stage) -> None:
    """After 15 working days the item is shown again in the linkage chat, once."""
    stage.now = at(24, "10:00")
    with stage.world() as world:
        apply_access(world, stage.person(world, "wu"), ApplyAccess({"task": "摸排", "from": "2026-12-20", "until": "2026-12-31"}))
    stage.now = at(24, "10:00") + timedelta(days=22)
    for expected in (1, 0):
        with stage.world() as world:
            assert tick_access(world) == expected


def test_a_role_that_ended_plans_nothing(stage: Stage) -> None:
    """The assignment is looked up when the notice is planned, not when the draft began."""
    stage.now = at(24, "10:00")
    with stage.world() as world:
        chen = stage.person(world, "chen")
        for row in world.session.scalars(select(RoleAssignment).where(RoleAssignment.person_id == chen)):
            row.until = stage.now - timedelta(minutes=1)
        world.session.flush()
        answer = plan(world, chen, PlanNotice(PLAN))
    assert isinstance(answer, Refused)
    assert answer.reason == "no_role"
