"""The chase after confirmations: a reminder in private after a day, rooms to knock at on the eve, urgent ones again, the report at the end.

Each step is a row with its moment (`notice_reminder`); a correction or a recall ends the steps of the version before.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import Table, exists, func, literal, or_, select, update

from handlers.notices_cards import is_over, version_of, words_of
from handlers.notices_counts import homes_of, together
from handlers.notices_fanout import PRIORITY, URGENT_PRIORITY, confirm_rows
from handlers.notices_knock import list_rooms
from handlers.notices_report import close
from handlers.notices_rights import calendar_of
from handlers.post import insert_or_skip, post
from handlers.world import Letter, World
from models.journal import Outbox
from models.notice import Notice
from models.notice_delivery import ARRIVED, NoticeReceipt, NoticeRecipient, NoticeReminder
from models.place import Household

REMINDER: Table = NoticeReminder.__table__  # type: ignore[assignment]
AT_ONCE = 20
BY_BOT = ("papers", "poster")
"""Steps that draw; bot/notice_papers.py does them."""
DONE_STATES = ("recalled", "cancelled", "closed")


def begin(world: World, notice: Notice) -> None:
    """Plan the steps of the version that has just gone out."""
    limits, zone = world.book.settings["notices"]["limits"], calendar_of(world).zone
    out = world.now
    if notice.need_confirm:
        _plan(world, notice, "remind", out + timedelta(hours=limits["remind_hours"]))
        starts = version_of(world, notice).starts_at
        knock = out + timedelta(hours=limits["knock_hours"])
        if starts is not None:
            day = starts.astimezone(zone).date() - timedelta(days=1)
            knock = min(knock, datetime.combine(day, time.fromisoformat(limits["eve"]), zone))
        _plan(world, notice, "knock", max(knock, out + timedelta(minutes=limits["knock_least_minutes"])))
        if notice.urgent:
            _plan(world, notice, "repeat", out + timedelta(hours=limits["repeat_hours"]))
    _plan(world, notice, "report", notice.expires_at)


def _plan(world: World, notice: Notice, step: str, due: datetime, count: int = 1) -> None:
    if due <= notice.expires_at:
        insert_or_skip(
            world.session, REMINDER, notice_id=notice.id, version=notice.version, step=step, round=count, due_at=due, done_at=None
        )


def give_up(world: World, notice: Notice) -> None:
    """End every step that is still to come: the notice is corrected or recalled."""
    mine = (REMINDER.c.notice_id == notice.id, REMINDER.c.done_at.is_(None), REMINDER.c.step.not_in(BY_BOT))
    world.session.execute(update(REMINDER).where(*mine).values(done_at=world.now))


def chase(world: World) -> int:
    """Do what is due, a chunk each; says how much was done."""
    query = (
        select(NoticeReminder)
        .join(Notice, Notice.id == NoticeReminder.notice_id)
        .where(NoticeReminder.done_at.is_(None), NoticeReminder.due_at <= world.now, NoticeReminder.step.not_in(BY_BOT))
        .where(Notice.community_id == world.community_id)
        .order_by(NoticeReminder.due_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    steps = world.session.scalars(query).all()
    for step in steps:
        _step(world, step)
    world.session.flush()
    return len(steps)


def _step(world: World, step: NoticeReminder) -> None:
    notice = world.session.get_one(Notice, step.notice_id, populate_existing=True)
    if notice.state in DONE_STATES or step.version != notice.version:
        step.done_at = world.now
        return
    if step.step == "report":
        close(world, notice)
        step.done_at = world.now
        return
    if is_over(world, version_of(world, notice)):
        step.done_at = world.now
        return
    calendar = calendar_of(world)
    if calendar.is_quiet(world.now) and not notice.urgent:
        step.due_at = calendar.out_of_quiet(world.now)
        return
    if step.step == "knock":
        list_rooms(world, notice)
        step.done_at = world.now
    elif _remind(world, notice, step) == 0:
        step.done_at = world.now
        if step.step == "repeat":
            _again(world, notice, step)


def _again(world: World, notice: Notice, step: NoticeReminder) -> None:
    """An urgent notice is said again until nearly every home has read it."""
    limits, homes = world.book.settings["notices"]["limits"], together(homes_of(world, notice))
    if (homes.confirmed + homes.offline) * 100 < homes.target * limits["repeat_until_percent"]:
        _plan(world, notice, "repeat", step.due_at + timedelta(hours=limits["repeat_hours"]), step.round + 1)


def _remind(world: World, notice: Notice, step: NoticeReminder) -> int:
    """Write to the next people whose home has not confirmed; the unique letter keeps anybody from being reminded twice."""
    name = f"remind:{notice.id}:{notice.version}:{step.step}{step.round}:"
    confirmed = exists().where(
        NoticeReceipt.notice_id == notice.id,
        NoticeReceipt.version == notice.version,
        NoticeReceipt.household_id == NoticeRecipient.household_id,
    )
    written = exists().where(Outbox.idem == literal(name) + NoticeRecipient.recipient)
    query = (
        select(NoticeRecipient)
        .outerjoin(Household, Household.id == NoticeRecipient.household_id)
        .where(NoticeRecipient.notice_id == notice.id, NoticeRecipient.version == notice.version, NoticeRecipient.kind == "person")
        .where(NoticeRecipient.state.in_(ARRIVED), or_(NoticeRecipient.household_id.is_(None), ~confirmed), ~written, Household.room != "")
        .order_by(NoticeRecipient.id)
        .limit(world.book.settings["notices"]["limits"]["post_chunk"])
    )
    rows = world.session.scalars(query).all()
    for row in rows:
        title, body = words_of(world, version_of(world, notice), row.language if row.language in ("zh", "en") else "zh")
        data = {"number": notice.number, "title": title, "body": body, "urgent": notice.urgent, **({"elder": True} if row.elder else {})}
        letter = Letter(
            chat=row.chat, key="reach.remind", data=data, rows=confirm_rows(world, notice, row.chat), language=row.language, lane="notice",
            priority=URGENT_PRIORITY if notice.urgent else PRIORITY, weight="reminder",
        )  # fmt: skip
        post(world, letter, key=f"{name}{row.recipient}")
    return len(rows)


def next_step(world: World) -> datetime | None:
    """The next moment at which a step is due."""
    query = select(func.min(NoticeReminder.due_at)).where(NoticeReminder.done_at.is_(None), NoticeReminder.step.not_in(BY_BOT))
    return world.session.scalar(query)
