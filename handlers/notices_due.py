"""What the clock does with notices: fire repeat rules, start what is due, ask about what was missed, send the digest.

A firing belongs to the replica that inserts its row (job, local wall); a start to the one whose update of `rev` counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Table, func, select

from handlers.notices_audience import reached, sent_on
from handlers.notices_buttons import notice_button
from handlers.notices_cards import is_over, numbers_of, tell_author, version_of
from handlers.notices_chase import begin, next_step
from handlers.notices_fanout import post_chunk, write_chunk
from handlers.notices_making import number, plan_again, write_version
from handlers.notices_moves import change
from handlers.notices_rights import calendar_of
from handlers.notices_strike import anything_to_strike
from handlers.post import insert_or_skip
from handlers.rooms import private_room
from handlers.world import World
from models.notice import Notice, NoticeBuilding, NoticeRepeat
from models.notice_clock import moment_of, next_wall
from models.notice_delivery import WAITING, NoticeRecipient
from models.schedule import Occurrence

OCCURRENCE: Table = Occurrence.__table__  # type: ignore[assignment]
AT_ONCE = 50


def fire_repeats(world: World) -> int:
    """Make a notice of every repeat rule whose wall has come; one firing per local occurrence, whoever looks."""
    query = (
        select(NoticeRepeat)
        .where(NoticeRepeat.community_id == world.community_id, NoticeRepeat.state == "active", NoticeRepeat.next_at <= world.now)
        .order_by(NoticeRepeat.next_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    count = 0
    for rule in world.session.scalars(query).all():
        pattern = world.session.scalar(select(Notice).where(Notice.repeat_id == rule.id, Notice.state == "pattern"))
        if pattern is not None and insert_or_skip(
            world.session, OCCURRENCE, job=f"notice:{rule.id}", wall=rule.next_wall, fired_at=world.now
        ):
            _copy(world, pattern, rule)
            count += 1
        _move_on(world, rule)
    return count


def _move_on(world: World, rule: NoticeRepeat) -> None:
    """The next wall after the one that fired: each is due on its own, so that a missed one is asked about, never swallowed."""
    calendar = calendar_of(world)
    rule.next_wall = next_wall(rule.rule, rule.next_wall, calendar)
    rule.next_at = moment_of(rule.next_wall, calendar.zone)
    if rule.until is not None and datetime.fromisoformat(rule.next_wall).date() > rule.until:
        rule.state = "ended"
    world.session.flush()


def _copy(world: World, pattern: Notice, rule: NoticeRepeat) -> Notice:
    """This occurrence's own notice, with its dates moved along."""
    version = version_of(world, pattern)
    numbers = numbers_of(world, version)
    plan = plan_again(pattern, version, numbers)
    here = datetime.fromisoformat(rule.next_wall).date()
    if plan.get("starts"):
        first = datetime.fromisoformat(plan["starts"]).date()
        moved = here + timedelta(days=rule.rule.get("lead_days", 0)) - first
        for name in ("starts", "ends"):
            if plan.get(name):
                plan[name] = _moved(plan[name], moved)
    calendar = calendar_of(world)
    due = rule.next_at if pattern.urgent else calendar.out_of_quiet(rule.next_at)
    over = plan.get("ends") or plan.get("starts")
    lasts = pattern.expires_at - pattern.send_at
    copy = Notice(
        id=world.new_id(), community_id=pattern.community_id, number=number(world, "N"), cause=f"repeat:{rule.id}:{rule.next_wall}",
        kind=pattern.kind, template=pattern.template, rule=pattern.rule, state="scheduled", author_id=pattern.author_id,
        author_role=pattern.author_role, origin_chat=pattern.origin_chat, access_item_id=pattern.access_item_id, urgent=pattern.urgent,
        need_confirm=pattern.need_confirm, confirm_unit=pattern.confirm_unit, approvals_needed=0, send_wall=rule.next_wall, send_at=due,
        expires_at=max(due + lasts, moment_of(over, calendar.zone)) if over else due + lasts, repeat_id=rule.id, created_at=world.now,
        approved_at=pattern.approved_at, rev=1, version=1, late=False, fan_state="none", fan_mark="", reason="",
    )  # fmt: skip
    world.session.add(copy)
    world.session.flush()
    write_version(world, copy, plan, reached(world, numbers), pattern.author_id)
    return copy


def _moved(wall: str, by: timedelta) -> str:
    moment = datetime.fromisoformat(wall) + by
    return moment.isoformat(timespec="minutes") if "T" in wall else moment.date().isoformat()


def start_due(world: World) -> int:
    """Start every scheduled notice whose moment has come. Late within the grace it is marked; later its owner is asked."""
    query = (
        select(Notice)
        .where(Notice.community_id == world.community_id, Notice.state == "scheduled", Notice.send_at <= world.now)
        .order_by(Notice.urgent.desc(), Notice.send_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    due = world.session.scalars(query).all()
    for notice in due:
        _start(world, notice)
    return len(due)


def _start(world: World, notice: Notice) -> None:
    limits, calendar = world.book.settings["notices"]["limits"], calendar_of(world)
    behind = world.now - notice.send_at
    in_grace = behind <= timedelta(minutes=limits["grace_minutes"]) or notice.late
    if not in_grace or is_over(world, version_of(world, notice)) or (calendar.is_quiet(world.now) and not notice.urgent):
        _missed(world, notice)
        return
    late = notice.late or behind > timedelta(minutes=limits["late_mark_minutes"])
    day = calendar.local(world.now).date()
    version = version_of(world, notice)
    rows = world.session.scalars(select(NoticeBuilding).where(NoticeBuilding.version_id == version.id)).all()
    counts = {} if notice.urgent else sent_on(world, day, [row.building_id for row in rows])
    digest_at = moment_of(f"{day.isoformat()}T{limits['digest_at']}", calendar.zone)
    # What begins before the digest would come too late in it: such a notice goes out at once, over the cap.
    waits = not notice.urgent and notice.version == 1 and (version.starts_at is None or version.starts_at > digest_at + timedelta(days=1))
    for row in rows:
        if waits and counts.get(row.building_id, 0) >= limits["per_day"]:
            row.digest_on = day if world.now < digest_at else day + timedelta(days=1)
        else:
            row.day = day
    world.session.flush()
    change(world, notice, state="delivering", started_at=world.now, late=late)


def _missed(world: World, notice: Notice) -> None:
    """Its moment passed while nobody was there: the owner decides, with one tap."""
    change(world, notice, state="missed")
    room = private_room(world, notice.author_id)
    chat = room.chat if room is not None else ""
    rows = (tuple(notice_button(world, notice.id, chat, act, notice.rev) for act in ("send_now", "cancel")),)
    tell_author(world, notice, "notice.told.missed", rows)


def deliver(world: World) -> int:
    """One chunk of each notice that is being delivered: rows of recipients first, then letters."""
    query = (
        select(Notice)
        .where(Notice.community_id == world.community_id, Notice.state == "delivering")
        .order_by(Notice.urgent.desc(), Notice.started_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    count = 0
    for notice in world.session.scalars(query).all():
        done = write_chunk(world, notice) if notice.fan_state != "done" else post_chunk(world, notice)
        count += done
        if notice.fan_state == "done" and not _waiting(world, notice):
            change(world, notice, state="confirming", delivered_at=world.now)
            begin(world, notice)
            count += 1
    return count


def _waiting(world: World, notice: Notice) -> bool:
    query = select(NoticeRecipient.id).where(
        NoticeRecipient.notice_id == notice.id, NoticeRecipient.version == notice.version, NoticeRecipient.state == WAITING
    )
    return world.session.scalar(query.limit(1)) is not None


def next_notice(world: World) -> datetime | None:
    """The next moment at which a notice or a repeat rule is due; one that is being delivered is due all the time."""
    planned = world.session.scalar(
        select(func.min(Notice.send_at)).where(Notice.community_id == world.community_id, Notice.state.in_(("scheduled", "delivering")))
    )
    repeats = select(func.min(NoticeRepeat.next_at)).where(NoticeRepeat.community_id == world.community_id, NoticeRepeat.state == "active")
    struck = world.now if anything_to_strike(world) else None
    moments = [at for at in (planned, world.session.scalar(repeats), next_step(world), struck) if at is not None]
    return min(moments) if moments else None
