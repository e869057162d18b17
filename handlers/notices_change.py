"""Correcting and recalling a notice that is out: by its author or the lead, with a reason, never by changing what was said before."""

from __future__ import annotations

from sqlalchemy import func, select, update

from dialogs.notice_again import draft_again
from dialogs.words import Answered, Opened, Refused
from handlers.inbound import Inbound
from handlers.notices_audience import reached
from handlers.notices_buttons import NoticePress, notice_button
from handlers.notices_cards import numbers_of, version_of
from handlers.notices_chase import give_up
from handlers.notices_making import expires, plan_again, write_version
from handlers.notices_moves import change
from handlers.notices_rights import Leave, calendar_of
from handlers.notices_strike import stop, strike
from handlers.post import post
from handlers.rooms import staff_language
from handlers.world import Json, Letter, World
from models.audit import audit
from models.notice import Notice, NoticeVersion
from models.notice_clock import moment_of, wall_of
from models.person import chat_of_person
from models.role import roles_of

Toast = tuple[str, Json]
OUT = ("delivering", "confirming")
LEADS = ("community_lead",)


def may_change(world: World, person_id: str, notice: Notice) -> bool:
    """The author, or the community's lead."""
    if person_id == notice.author_id:
        return True
    held = roles_of(world.session, person_id, world.now)
    return any(row.role in LEADS and row.community_id == notice.community_id for row in held)


def recall(world: World, inbound: Inbound, person_id: str, press: NoticePress) -> Toast:
    """【撤回】 asks for the reason; with one the rest is stopped and what arrived is edited."""
    notice = world.session.get(Notice, press.row_id, populate_existing=True)
    if notice is None or notice.state not in (*OUT, "scheduled"):
        return "notice.toast.stale", {"state": notice.state if notice is not None else "closed"}
    if not may_change(world, person_id, notice):
        return "notice.refused.not_approver", {}
    reasons = world.book.settings["notices"]["recalls"]
    if press.choice not in reasons:
        rows = (
            tuple(notice_button(world, notice.id, inbound.chat, f"recall.{one}", notice.version, f"reach.reason.{one}") for one in reasons),
        )
        language = staff_language(world)
        post(
            world,
            Letter(chat=inbound.chat, key="reach.recall_why", data={"number": notice.number}, rows=rows, language=language, weight="staff"),
        )
        return "reach.toast.why", {}
    change(world, notice, state="recalled", recalled_at=world.now, recalled_by=person_id, reason=press.choice)
    stop(world, notice, notice.version)
    give_up(world, notice)
    strike(world)
    audit(world.session, notice.community_id, world.now, person_id, "notice_recalled", "notice", notice.id, reason=press.choice)
    return "reach.toast.recalled", {}


def correct_button(world: World, inbound: Inbound, person_id: str, press: NoticePress) -> Toast:
    """【更正】: the composing dialog opens on what the notice says now."""
    from handlers.receive import take_turn  # receive imports the handlers of presses
    from handlers.turn import load_talk

    notice = world.session.get(Notice, press.row_id, populate_existing=True)
    if notice is None or notice.state not in OUT:
        return "notice.toast.stale", {"state": notice.state if notice is not None else "closed"}
    if not may_change(world, person_id, notice):
        return "notice.refused.not_approver", {}
    actor = chat_of_person(world.session, world.account, person_id) or inbound.actor
    talk = load_talk(world, inbound.chat, actor, person_id)
    take_turn(world, talk, Opened("correct"), opening=("notice", correction(world, notice)))
    return "reach.toast.correct", {}


def correction(world: World, notice: Notice) -> Json:
    """The draft that says what the version in force says."""
    version = version_of(world, notice)
    return draft_again(plan_again(notice, version, numbers_of(world, version)), notice.id)


def latest_own(world: World, person_id: str) -> Notice | None:
    """The newest notice of this author that is out."""
    query = select(Notice).where(Notice.author_id == person_id, Notice.state.in_(OUT)).order_by(Notice.started_at.desc()).limit(1)
    return world.session.scalars(query).first()


def correct(world: World, person_id: str, leave: Leave, plan: Json) -> Answered | Refused:
    """A new version in the place of the one that is out: it is sent as any notice is, and asks again for 【收到】."""
    notice = world.session.get(Notice, plan["corrects"], populate_existing=True)
    if notice is None or notice.state not in OUT or not may_change(world, person_id, notice):
        return Refused("PlanNotice", "not_out")
    calendar = calendar_of(world)
    before = version_of(world, notice)
    stop(world, notice, notice.version)
    give_up(world, notice)
    newest = world.session.scalar(select(func.max(NoticeVersion.version)).where(NoticeVersion.notice_id == notice.id)) or 1
    send = str(plan.get("send") or "now")
    at = world.now if send == "now" else moment_of(send, calendar.zone)
    at = at if notice.urgent else calendar.out_of_quiet(at)
    waits = leave.approvals > 0
    change(
        world, notice, version=newest + 1, state="pending_approval" if waits else "scheduled", rule=leave.rule, approvals_needed=leave.approvals,
        send_at=at, send_wall=wall_of(at, calendar.zone), expires_at=expires(world, plan, at), fan_state="none", fan_mark="", delivered_at=None,
        late=False, need_confirm=bool(plan.get("confirm")), approved_at=None if waits else world.now, shown="",
    )  # fmt: skip
    before_row = update(NoticeVersion).where(NoticeVersion.id == before.id)
    world.session.execute(before_row.values(standing="correcting"))
    write_version(world, notice, plan, reached(world, leave.buildings), person_id)
    audit(world.session, notice.community_id, world.now, person_id, "notice_corrected", "notice", notice.id, version=notice.version)
    return Answered("PlanNotice", {})


def back_to_standing(world: World, notice: Notice) -> bool:
    """A correction was not approved: the version before it holds again. False for a notice that never went out."""
    kept = select(NoticeVersion).where(NoticeVersion.notice_id == notice.id, NoticeVersion.standing == "correcting")
    before = world.session.scalars(kept.order_by(NoticeVersion.version.desc()).limit(1)).first()
    if before is None:
        return False
    version_of(world, notice).standing = "refused"
    before.standing = "current"
    world.session.flush()
    change(world, notice, version=before.version, state="confirming", fan_state="done")
    return True
