"""The wishes of the notice dialog: what a plan means, and planning it. Rights, audience and faults are looked at anew each time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from dialogs.notice_lint import lint, stops
from dialogs.notice_texts import ValueMissing, fingerprint
from dialogs.notice_wishes import PlanNotice, WeighNotice
from dialogs.words import Answered, Refused
from handlers.filing import iso
from handlers.notices_audience import Reached, planned_on, reached
from handlers.notices_block import block
from handlers.notices_cards import ask_approval
from handlers.notices_change import correct
from handlers.notices_making import made_by, make
from handlers.notices_rights import Leave, calendar_of, composing, leave_for
from handlers.world import Json, World
from models.access import NotAllowed
from models.community import Party, community_of
from models.notice import Notice, NoticeBuilding, NoticeVersion
from models.notice_clock import moment_of, wall_of


def weigh(world: World, person_id: str, wish: WeighNotice) -> Answered | Refused:
    """What the plan would mean now."""
    try:
        leave = leave_for(world, person_id, wish.plan)
    except NotAllowed as refused:
        return _refused(world, person_id, "WeighNotice", refused, wish.plan)
    return Answered("WeighNotice", _weighed(world, leave, wish.plan))


def _refused(world: World, person_id: str, wish: str, refused: NotAllowed, plan: Json) -> Refused:
    if refused.key == "no_access_item":
        block(world, person_id, "", ["composed"])
    return Refused(wish, refused.key, {"buildings": plan["houses"]["named"]})


def _weighed(world: World, leave: Leave, plan: Json) -> Json:
    audience = reached(world, leave.buildings)
    calendar = calendar_of(world)
    at = send_moment(world, plan)
    template = world.book.settings["notices"]["template"].get(plan["template"] or "free")
    return {
        "buildings": list(leave.buildings),
        "per": [{"building": one.building.number, "groups": one.groups, "households": one.households} for one in audience],
        "groups": sum(one.groups for one in audience),
        "households": sum(one.households for one in audience),
        "rule": leave.rule,
        "approvals": leave.approvals,
        "chat": leave.chat,
        "source": _party(world, plan.get("source_kind", "")),
        "sources": [{"kind": kind, **names} for kind in template["sources"] if (names := _party(world, kind))],
        "contact": _contact(world, plan.get("source_kind", "")),
        "same": _same(world, plan, audience),
        "full": _full(world, plan, audience, at),
        "quiet": calendar.is_quiet(at),
        "earliest": wall_of(calendar.out_of_quiet(at), calendar.zone),
        "access": leave.access.number if leave.access is not None else "",
    }


def send_moment(world: World, plan: Json) -> datetime:
    """The moment at which the plan wants to be sent."""
    send = plan.get("send") or "now"
    return world.now if send == "now" else moment_of(send, calendar_of(world).zone)


def _first_party(world: World, kind: str) -> Party | None:
    query = select(Party).where(Party.community_id == world.community_id, Party.kind == kind).order_by(Party.code)
    return world.session.scalars(query.limit(1)).first() if kind else None


def _party(world: World, kind: str) -> dict[str, str] | None:
    party = _first_party(world, kind)
    return party.name if party is not None else None


def _contact(world: World, kind: str) -> str:
    """Whom to ask: the one it comes from, else the community's own number."""
    party = _first_party(world, kind)
    return (party.phone if party is not None else "") or str(community_of(world.session, world.community_id).contacts.get("community", ""))


def _same(world: World, plan: Json, audience: list[Reached]) -> Json | None:
    """An earlier notice with the same words to one of these buildings."""
    limits = world.book.settings["notices"]["limits"]
    try:
        mark = fingerprint(plan, world.book.settings["notices"])
    except ValueMissing:
        return None
    query = (
        select(Notice.number, Notice.send_at)
        .join(NoticeVersion, NoticeVersion.notice_id == Notice.id)
        .join(NoticeBuilding, NoticeBuilding.version_id == NoticeVersion.id)
        .where(NoticeVersion.fingerprint == mark, NoticeVersion.created_at > world.now - timedelta(days=limits["same_days"]))
        .where(Notice.community_id == world.community_id, Notice.state.not_in(("refused", "returned", "cancelled", "pattern")))
        .where(NoticeBuilding.building_id.in_([one.building.id for one in audience]))
        .order_by(Notice.send_at.desc())
        .limit(1)
    )
    row = world.session.execute(query).first()
    return {"number": row.number, "at": iso(row.send_at)} if row is not None else None


def _full(world: World, plan: Json, audience: list[Reached], at: datetime) -> list[str]:
    """Buildings that have had their notices of that day: there it goes into the digest."""
    if plan.get("urgent") or plan.get("corrects"):
        return []
    limits, calendar = world.book.settings["notices"]["limits"], calendar_of(world)
    day = calendar.local(at).date()
    counts = planned_on(world, day, day.isoformat(), [one.building.id for one in audience])
    return [one.building.number for one in audience if counts.get(one.building.id, 0) >= limits["per_day"]]


def plan(world: World, person_id: str, wish: PlanNotice) -> Answered | Refused:
    """Plan the notice: scheduled, or shown to those who must agree first. The same event redone finds what it has planned."""
    cause = world.next_key()
    known = made_by(world, cause)
    if known is not None:
        return Answered("PlanNotice", planned_answer(world, known))
    try:
        leave = leave_for(world, person_id, wish.plan)
    except NotAllowed as refused:
        return _refused(world, person_id, "PlanNotice", refused, wish.plan)
    weighed = _weighed(world, leave, wish.plan)
    final: dict[str, Any] = {**wish.plan, "buildings": weighed["buildings"]}
    local = calendar_of(world).local(world.now).replace(tzinfo=None)
    faults = stops(lint(final, world.book.settings["notices"], local))
    if faults or not weighed["buildings"]:
        return Refused("PlanNotice", "faulty", {"faults": faults or [{"rule": "missing", "stop": True, "what": "buildings"}]})
    if final.get("corrects"):
        return _corrected(world, person_id, leave, final)
    notice = make(world, person_id, leave, final, reached(world, leave.buildings), cause)
    if notice.state == "pending_approval":
        ask_approval(world, notice)
    return Answered("PlanNotice", planned_answer(world, notice))


def _corrected(world: World, person_id: str, leave: Leave, plan: Json) -> Answered | Refused:
    """What is out already gets a new version; where the rule wants it, others must agree first."""
    answer = correct(world, person_id, leave, plan)
    if isinstance(answer, Refused):
        return answer
    notice = world.session.get_one(Notice, plan["corrects"])
    if notice.state == "pending_approval":
        ask_approval(world, notice)
    return Answered("PlanNotice", planned_answer(world, notice))


def planned_answer(world: World, notice: Notice) -> Json:
    version = world.session.scalars(
        select(NoticeVersion).where(NoticeVersion.notice_id == notice.id, NoticeVersion.version == notice.version)
    ).one()
    return {
        "notice_id": notice.id, "number": notice.number, "state": notice.state, "send_at": iso(notice.send_at),
        "now": notice.send_at <= world.now, "approvals": notice.approvals_needed, "groups": version.groups, "households": version.households,
        "repeats": notice.repeat_id is not None,
    }  # fmt: skip


def may_compose(world: World, person_id: str) -> bool:
    """Whether the person holds a role that may write notices at all."""
    return bool(composing(world, person_id))
