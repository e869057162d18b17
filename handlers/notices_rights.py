"""Who may send what, and who must agree: the table of locales/notices.toml, with roles read from the database at every act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from dialogs.notice_texts import is_template, kind_of
from handlers.notices_audience import buildings_of, meant, own_numbers
from handlers.world import Json, World
from models.access import NotAllowed
from models.calendar import Calendar
from models.community import community_of
from models.notice import Notice, NoticeApproval
from models.notice_access import ENTERED, AccessItem
from models.role import RoleAssignment, roles_of


@dataclass(frozen=True)
class Leave:
    """Under which row of the table this person may plan this notice."""

    rule: str
    role: str
    approvals: int
    approvers: tuple[str, ...]
    chat: str
    buildings: tuple[str, ...]
    access: AccessItem | None = None
    row: Mapping[str, Any] = field(default_factory=dict)


def table(world: World) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = world.book.settings["notices"]["may"]
    return rows


def row_of(world: World, rule: str) -> Mapping[str, Any]:
    return next(row for row in table(world) if row["name"] == rule)


def composing(world: World, person_id: str) -> list[RoleAssignment]:
    """The person's assignments that allow any notice at all."""
    allowed = {role for row in table(world) for role in row["roles"]}
    return [row for row in roles_of(world.session, person_id, world.now) if row.community_id == world.community_id and row.role in allowed]


def calendar_of(world: World) -> Calendar:
    zone = community_of(world.session, world.community_id).zone
    calendar: Calendar = world.kept.setdefault("notice calendar", Calendar.of(zone, world.book.sla["calendar"]))
    return calendar


def leave_for(world: World, person_id: str, plan: Json) -> Leave:
    """The first row that allows `plan` to this person. Raises NotAllowed: no_role, not_yours, no_access_item."""
    mine = composing(world, person_id)
    if not mine:
        raise NotAllowed("no_role")
    data = world.book.settings["notices"]
    buildings = meant(world, plan["houses"], mine)
    kind, plain = kind_of(plan, data), is_template(plan, data)
    no_item = False
    for row in table(world):
        for held in mine:
            if held.role not in row["roles"] or kind not in row["kinds"]:
                continue
            if (row.get("template") and not plain) or _reach(world, held, plan, buildings) not in row["reach"]:
                continue
            item = valid_item(world, held) if row.get("access_item") else None
            if row.get("access_item") and item is None:
                no_item = True
                continue
            quiet = calendar_of(world).is_quiet(world.now)
            count = row.get("approvals_quiet", row["approvals"]) if quiet else row["approvals"]
            approvers = tuple(row.get("approvers", ()))
            return Leave(row["name"], held.role, count, approvers, row.get("chat", ""), tuple(buildings), item, row)
    raise NotAllowed("no_access_item" if no_item else "not_yours")


def _reach(world: World, held: RoleAssignment, plan: Json, buildings: Sequence[str]) -> str:
    """How far a notice goes, seen from one assignment."""
    if plan["houses"]["circle"] == "street":
        return "street"
    everything = buildings_of(world)
    own = own_numbers(world, [held], everything)
    if held.scope_kind in ("grid", "building") and set(buildings) <= own:
        return "own"
    if len(buildings) == len(everything):
        return "all"
    return "some"


def valid_item(world: World, held: RoleAssignment) -> AccessItem | None:
    """The access item under which an assignment's party may work here today."""
    today = calendar_of(world).local(world.now).date()
    query = select(AccessItem).where(
        AccessItem.community_id == world.community_id, AccessItem.party_id == held.scope_id, AccessItem.state == ENTERED,
        AccessItem.valid_from <= today, AccessItem.valid_until >= today,
    )  # fmt: skip
    return world.session.scalars(query.order_by(AccessItem.valid_until.desc()).limit(1)).first()


def approver_role(world: World, person_id: str, notice: Notice, wanted: Sequence[str]) -> str:
    """In which role a person may decide about a notice now. Raises NotAllowed: own (the author's), not_approver, voted."""
    if person_id == notice.author_id:
        raise NotAllowed("own")
    held = [
        row.role for row in roles_of(world.session, person_id, world.now) if row.community_id == notice.community_id and row.role in wanted
    ]
    if not held:
        raise NotAllowed("not_approver")
    query = select(NoticeApproval.id).where(
        NoticeApproval.notice_id == notice.id, NoticeApproval.version == notice.version, NoticeApproval.person_id == person_id
    )
    if notice.state == "pending_approval" and world.session.scalar(query) is not None:
        raise NotAllowed("voted")
    return held[0]
