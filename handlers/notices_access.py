"""Access items: a department applies, the street and communities give opinions, the street or district decides; then enter and exit.

Every step is a stamp; rights come from the database at each act; an applicant decides nothing about the own application.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update

from dialogs.notice_wishes import ApplyAccess
from dialogs.words import Answered, Refused
from handlers.filing import iso
from handlers.notices_buttons import notice_button
from handlers.notices_making import number
from handlers.notices_rights import calendar_of
from handlers.post import post
from handlers.rooms import staff_language
from handlers.world import Json, Letter, World
from models.access import NotAllowed
from models.audit import audit
from models.community import Party, find_chat
from models.notice_access import APPLIED, APPROVED, ASSESSED, ENTERED, EXITED, REFUSED, AccessBlock, AccessItem, AccessStamp
from models.role import roles_of

APPLICANTS = ("department_officer", "district_officer")
OPINIONS = ("street_officer", "community_lead")
DECIDERS = ("district_officer", "street_officer")


class AccessMoved(RuntimeError):
    """Somebody else changed the access item meanwhile; this turn must be redone"""


def apply_access(world: World, person_id: str, wish: ApplyAccess) -> Answered | Refused:
    """File an application; an emergency order enters at once and is registered within its days."""
    held = _held(world, person_id, APPLICANTS)
    party = world.session.get(Party, held[1]) if held is not None else None
    if held is None or party is None:
        return Refused("ApplyAccess", "no_role")
    rules, facts, calendar = world.book.settings["notices"]["access"], wish.facts, calendar_of(world)
    emergency = bool(facts.get("emergency"))
    due = (
        world.now + timedelta(days=rules["emergency_register_days"])
        if emergency
        else calendar.add_workdays(world.now, rules["decide_workdays"])
    )
    today = calendar.local(world.now).date()
    begin, end = date.fromisoformat(facts["from"]), date.fromisoformat(facts["until"])
    item = AccessItem(
        id=world.new_id(), community_id=world.community_id, number=number(world, "A"), party_id=party.id, applicant_id=person_id,
        state=ENTERED if emergency else APPLIED, rev=1, task=str(facts["task"])[:200], legal_basis=str(facts.get("legal_basis", ""))[:200],
        hours=int(facts.get("hours") or 0), people=int(facts.get("people") or 0), money=str(facts.get("money", ""))[:80],
        training=str(facts.get("training", ""))[:120], forms=str(facts.get("forms", "")), appraisal=bool(facts.get("appraisal")),
        emergency=emergency, valid_from=begin, valid_until=end, applied_at=world.now, decide_by=due, entered_at=world.now if emergency else None,
    )  # fmt: skip
    world.session.add(item)
    world.session.flush()
    stamp(world, item, "apply", person_id, held[0])
    _card(world, item)
    early = calendar.add_workdays(world.now, rules["ahead_workdays"]).astimezone(calendar.zone).date() <= begin
    return Answered("ApplyAccess", {"number": item.number, "decide_by": iso(due), "early": early or emergency or begin < today})


def _held(world: World, person_id: str, roles: tuple[str, ...]) -> tuple[str, str] | None:
    """(role, scope) of the first of these roles that the person holds here now."""
    mine = [row for row in roles_of(world.session, person_id, world.now) if row.community_id == world.community_id and row.role in roles]
    return (mine[0].role, mine[0].scope_id) if mine else None


def stamp(world: World, item: AccessItem, act: str, person_id: str | None, role: str = "", **data: object) -> None:
    """One more step of the item, numbered; two at once can't have the same number."""
    last = world.session.scalar(select(func.max(AccessStamp.seq)).where(AccessStamp.item_id == item.id)) or 0
    row = AccessStamp(
        id=world.new_id(), item_id=item.id, seq=last + 1, act=act, person_id=person_id, role=role, data=dict(data), at=world.now
    )
    world.session.add(row)
    world.session.flush()
    audit(world.session, world.community_id, world.now, person_id, f"access_{act}", "access_item", item.id, role=role)


def _card(world: World, item: AccessItem, key: str = "notice.access_card") -> None:
    """The item as it is, in the linkage chat, with what can be done about it."""
    room = find_chat(world.session, item.community_id, "lc")
    if room is None:
        return
    acts = {APPLIED: ("access_for", "access_against"), ASSESSED: ("access_yes", "access_no"), ENTERED: ("access_exit",)}.get(item.state, ())
    row = tuple(notice_button(world, item.id, room.chat, act, item.rev) for act in acts)
    letter = Letter(
        chat=room.chat, key=key, data=facts_of(world, item), rows=(row,) if row else (), language=staff_language(world), lane="words",
        priority=45, weight="staff",
    )  # fmt: skip
    post(world, letter)


def facts_of(world: World, item: AccessItem) -> Json:
    party = world.session.get_one(Party, item.party_id)
    return {
        "number": item.number, "party": party.name, "task": item.task, "legal_basis": item.legal_basis, "hours": item.hours,
        "people": item.people, "from": item.valid_from.isoformat(), "until": item.valid_until.isoformat(), "appraisal": item.appraisal,
        "state": item.state, "decide_by": iso(item.decide_by), "opinions": _opinions(world, item),
    }  # fmt: skip


def _opinions(world: World, item: AccessItem) -> Json:
    rows = world.session.scalars(select(AccessStamp).where(AccessStamp.item_id == item.id, AccessStamp.act == "opinion")).all()
    return {"for": sum(1 for row in rows if row.data["for"]), "against": sum(1 for row in rows if not row.data["for"])}


def press_access(world: World, person_id: str, item_id: str, act: str, rev: int) -> tuple[str, Json]:
    """A press on an access card → toast. Raises NotAllowed, AccessMoved."""
    item = world.session.get(AccessItem, item_id, populate_existing=True)
    if item is None or item.rev != rev:
        return "notice.toast.stale_access", {}
    if person_id == item.applicant_id:
        raise NotAllowed("own")
    match act:
        case "access_for" | "access_against" if item.state == APPLIED:
            return _opinion(world, item, person_id, act == "access_for")
        case "access_yes" | "access_no" if item.state == ASSESSED:
            return _decided(world, item, person_id, act == "access_yes")
        case "access_exit" if item.state == ENTERED:
            role = _needed(world, person_id, (*DECIDERS, "community_lead"))
            _change(world, item, state=EXITED, exited_at=world.now)
            stamp(world, item, "exit", person_id, role)
            _card(world, item)
            return "notice.toast.access_exited", {}
    return "notice.toast.stale_access", {}


def _needed(world: World, person_id: str, roles: tuple[str, ...]) -> str:
    held = _held(world, person_id, roles)
    if held is None:
        raise NotAllowed("not_approver")
    return held[0]


def _opinion(world: World, item: AccessItem, person_id: str, favours: bool) -> tuple[str, Json]:
    role = _needed(world, person_id, OPINIONS)
    given = world.session.scalars(select(AccessStamp.person_id).where(AccessStamp.item_id == item.id, AccessStamp.act == "opinion")).all()
    if person_id in given:
        raise NotAllowed("voted")
    stamp(world, item, "opinion", person_id, role, **{"of": role, "for": favours})
    if len(given) + 1 >= world.book.settings["notices"]["access"]["opinions"]:
        _change(world, item, state=ASSESSED)
        stamp(world, item, "assess", None)
        _card(world, item)
    return "notice.toast.opinion", {}


def _decided(world: World, item: AccessItem, person_id: str, yes: bool) -> tuple[str, Json]:
    role = _needed(world, person_id, DECIDERS)
    today = calendar_of(world).local(world.now).date()
    enters = yes and item.valid_from <= today
    review = world.now + timedelta(days=30 * world.book.settings["notices"]["access"]["review_months"])
    state = REFUSED if not yes else ENTERED if enters else APPROVED
    _change(world, item, state=state, decided_at=world.now, entered_at=world.now if enters else None, review_by=review if yes else None)
    stamp(world, item, "approve" if yes else "refuse", person_id, role)
    if enters:
        stamp(world, item, "enter", None)
    _card(world, item)
    return f"notice.toast.access_{'approved' if yes else 'refused'}", {}


def _change(world: World, item: AccessItem, **values: object) -> None:
    was = item.rev
    statement = update(AccessItem).where(AccessItem.id == item.id, AccessItem.rev == was).values(rev=was + 1, **values)
    if world.session.execute(statement.execution_options(synchronize_session=False)).rowcount != 1:  # type: ignore[attr-defined]
        raise AccessMoved(item.number)
    world.session.refresh(item)


def tick_access(world: World) -> int:
    """Once a day: items enter on their first day and leave after their last; one whose decision or review is overdue is shown again."""
    today = calendar_of(world).local(world.now).date()
    rows = world.session.scalars(
        select(AccessItem).where(
            AccessItem.community_id == world.community_id, AccessItem.state.in_((APPLIED, ASSESSED, APPROVED, ENTERED))
        )
    )
    count = 0
    for item in rows.all():
        if item.state == APPROVED and item.valid_from <= today:
            _change(world, item, state=ENTERED, entered_at=world.now)
            stamp(world, item, "enter", None)
        elif item.state in (APPROVED, ENTERED) and item.valid_until < today:
            _change(world, item, state=EXITED, exited_at=world.now)
            stamp(world, item, "exit", None)
        elif (item.state in (APPLIED, ASSESSED) and item.decide_by < world.now) or (
            item.review_by is not None and item.review_by < world.now
        ):
            if not _remind(world, item):
                continue
        else:
            continue
        _card(world, item)
        count += 1
    return count


def _remind(world: World, item: AccessItem) -> bool:
    """Note once that a date has passed."""
    act = "overdue" if item.state in (APPLIED, ASSESSED) else "review"
    known = select(AccessStamp.id).where(AccessStamp.item_id == item.id, AccessStamp.act == act)
    if world.session.scalar(known.limit(1)) is not None:
        return False
    stamp(world, item, act, None)
    return True


def access_counts(world: World, since: datetime, until: datetime) -> dict[str, int]:
    """Formula 20 for a span of time: applied, approved, refused, exited, hours asked for, unapproved pushes blocked."""
    stamps = (
        select(AccessStamp.act, func.count())
        .join(AccessItem, AccessItem.id == AccessStamp.item_id)
        .where(AccessItem.community_id == world.community_id, AccessStamp.at >= since, AccessStamp.at < until)
        .group_by(AccessStamp.act)
    )
    acts = {act: int(count) for act, count in world.session.execute(stamps).all()}
    asked = select(func.coalesce(func.sum(AccessItem.hours), 0)).where(
        AccessItem.community_id == world.community_id, AccessItem.applied_at >= since, AccessItem.applied_at < until
    )
    blocked = select(func.count()).where(AccessBlock.community_id == world.community_id, AccessBlock.at >= since, AccessBlock.at < until)
    return {
        "applied": acts.get("apply", 0), "approved": acts.get("approve", 0), "refused": acts.get("refuse", 0), "exited": acts.get("exit", 0),
        "hours": int(world.session.scalar(asked) or 0), "blocked": int(world.session.scalar(blocked) or 0),
    }  # fmt: skip
