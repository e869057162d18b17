"""Writing a notice down: number, version, buildings, parts; and the copy that a repeat rule makes at each firing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from dialogs.notice_texts import LANGUAGES, fingerprint, kind_of, part
from handlers.notices_audience import Reached
from handlers.notices_rights import Leave, calendar_of
from handlers.world import Json, World
from models.audit import audit
from models.community import community_of
from models.notice import Notice, NoticeBuilding, NoticeCounter, NoticePart, NoticeRepeat, NoticeVersion
from models.notice_clock import moment_of, next_wall, wall_of
from models.person import chat_of_person

COUNTERS: Table = NoticeCounter.__table__  # type: ignore[assignment]


def made_by(world: World, cause: str) -> Notice | None:
    """What this very event has planned already."""
    return world.session.scalar(select(Notice).where(Notice.cause == cause))


def number(world: World, letter: str) -> str:
    """The next number of a kind: N-SMY-261123-001. Its counter stays locked until the commit, so it is taken late."""
    community = community_of(world.session, world.community_id)
    day = calendar_of(world).local(world.now).date()
    insert = pg_insert if world.session.get_bind().dialect.name == "postgresql" else sqlite_insert
    counted = (
        insert(COUNTERS)
        .values(community_id=community.id, letter=letter, day=day, last=1)
        .on_conflict_do_update(index_elements=["community_id", "letter", "day"], set_={"last": COUNTERS.c.last + 1})
        .returning(COUNTERS.c.last)
    )
    return f"{letter}-{community.alias}-{day:%y%m%d}-{world.session.execute(counted).scalar_one():03d}"


def make(world: World, author_id: str, leave: Leave, plan: Json, audience: list[Reached], cause: str) -> Notice:
    """A new notice, scheduled or waiting for approval; of a repeating one the pattern and its rule."""
    calendar = calendar_of(world)
    send = str(plan.get("send") or "now")
    send_wall = wall_of(world.now, calendar.zone) if send == "now" else send
    repeat = _repeat(world, plan, send_wall) if plan.get("repeat") else None
    if repeat is not None:
        send_wall = repeat.next_wall
    send_at = world.now if send == "now" and repeat is None else moment_of(send_wall, calendar.zone)
    urgent = bool(plan.get("urgent"))
    if not urgent and repeat is None and calendar.is_quiet(send_at):
        send_at = calendar.out_of_quiet(send_at)
        send_wall = wall_of(send_at, calendar.zone)
    waits = leave.approvals > 0
    origin = str(plan.get("origin") or chat_of_person(world.session, world.account, author_id) or "")
    notice = Notice(
        id=world.new_id(), community_id=world.community_id, number=number(world, "N"), cause=cause,
        kind=kind_of(plan, world.book.settings["notices"]), template=plan["template"] or "free", rule=leave.rule,
        state="pending_approval" if waits else "pattern" if repeat is not None else "scheduled", author_id=author_id,
        author_role=leave.role, origin_chat=origin, access_item_id=leave.access.id if leave.access else None,
        urgent=urgent, need_confirm=bool(plan.get("confirm")), confirm_unit="household", approvals_needed=leave.approvals,
        send_wall=send_wall, send_at=send_at, expires_at=expires(world, plan, send_at), repeat_id=repeat.id if repeat else None,
        created_at=world.now, approved_at=None if waits else world.now, rev=1, version=1, late=False, fan_state="none", fan_mark="", reason="",
    )  # fmt: skip
    world.session.add(notice)
    write_version(world, notice, plan, audience, author_id)
    world.session.flush()
    audit(world.session, world.community_id, world.now, author_id, "notice_planned", "notice", notice.id, rule=leave.rule, role=leave.role)
    return notice


def expires(world: World, plan: Json, send_at: datetime) -> datetime:
    """Some hours after that of which it tells is over; without an end some days after it was sent."""
    limits = world.book.settings["notices"]["limits"]
    over = plan.get("ends") or plan.get("starts") or ""
    told = moment_of(over, calendar_of(world).zone) + timedelta(hours=limits["after_end_hours"] if "T" in over else 24) if over else send_at
    return max(told, send_at + timedelta(hours=limits["after_end_hours"])) if over else send_at + timedelta(hours=limits["expires_hours"])


def _repeat(world: World, plan: Json, send_wall: str) -> NoticeRepeat:
    calendar, rule = calendar_of(world), dict(plan["repeat"])
    first = next_wall(rule, send_wall, calendar)
    rule["lead_days"] = _lead(plan, first, calendar.local(world.now).date()) if plan.get("starts") else 0
    row = NoticeRepeat(
        id=world.new_id(),
        community_id=world.community_id,
        rule=rule,
        next_wall=first,
        next_at=moment_of(first, calendar.zone),
        state="active",
    )
    world.session.add(row)
    world.session.flush()
    return row


def _lead(plan: Json, first: str, today: date) -> int:
    """Days from each sending to what it tells of: the weekday stays of a weekly one, “tomorrow” stays tomorrow of the others."""
    starts, sent = datetime.fromisoformat(plan["starts"]).date(), datetime.fromisoformat(first).date()
    if starts >= sent:
        return (starts - sent).days
    return (starts - sent).days % 7 if plan["repeat"]["every"] == "week" else max((starts - today).days, 0)


def write_version(world: World, notice: Notice, plan: Json, audience: list[Reached], author_id: str) -> NoticeVersion:
    """The version that `notice.version` numbers, with its buildings and parts."""
    zone = calendar_of(world).zone
    starts, ends = str(plan.get("starts") or ""), str(plan.get("ends") or "")
    data = world.book.settings["notices"]
    version = NoticeVersion(
        id=world.new_id(), notice_id=notice.id, version=notice.version, standing="current", starts_wall=starts, ends_wall=ends,
        starts_at=moment_of(starts, zone) if starts else None, ends_at=moment_of(ends, zone) if ends else None,
        scope=plan["houses"]["circle"] or "buildings", facts=_facts(plan), fingerprint=fingerprint(plan, data), media=list(plan.get("media", ())),
        groups=sum(one.groups for one in audience), households=sum(one.households for one in audience), created_at=world.now, created_by=author_id,
    )  # fmt: skip
    world.session.add(version)
    world.session.flush()
    for one in audience:
        world.session.add(NoticeBuilding(version_id=version.id, building_id=one.building.id, households=one.households))
        for language in LANGUAGES:
            title, body = part(plan, data, one.building.number, language)
            edited = any(key.partition(".")[2].split(".")[0] == language for key in plan.get("words", {}))
            row = NoticePart(version_id=version.id, building_id=one.building.id, language=language, title=title, body=body, edited=edited)
            world.session.add(row)
    world.session.flush()
    return version


def _facts(plan: Json) -> dict[str, Any]:
    """Everything needed to write the same notice anew for another day or as a correction: the plan itself."""
    kept = ("template", "urgent", "starts", "ends", "all_day", "houses", "circle", "source_kind", "facts", "words", "confirm")
    return {name: plan[name] for name in kept if name in plan}


def plan_again(notice: Notice, version: NoticeVersion, numbers: list[str]) -> Json:
    """The plan behind a version, to be changed and written again."""
    return {**version.facts, "buildings": numbers, "media": list(version.media), "origin": notice.origin_chat}
