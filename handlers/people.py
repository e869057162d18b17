"""Wishes about oneself (consent, language, home), and the single-use secrets that give a home or a role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from dialogs.wishes import BindCode, BindHome, GiveConsent, SetElderMode, SetLanguage
from dialogs.words import Answered, Refused
from handlers.world import World
from models import place as places
from models.audit import audit
from models.community import OrgNode, Party
from models.person import Person
from models.place import CLAIMED, VERIFIED, Building, Household, Membership, digest, find_building, room_exists
from models.role import ROLES, Invite, RoleAssignment

NEAREST = 3
LANGUAGES = frozenset({"zh", "en"})
CODE_LENGTH = 10
"""Short enough to be read out, long enough (about 50 bits) that nobody guesses one."""


class UnknownRole(ValueError):
    """There is no such role"""


class UnknownScope(ValueError):
    """There is no such grid, building, party or community"""


# --- oneself ---------------------------------------------------------------------------------------------------------


def give_consent(world: World, person_id: str, wish: GiveConsent) -> Answered | Refused:
    person = world.session.get_one(Person, person_id)
    person.consent_version, person.consent_at = wish.version, world.now
    audit(world.session, world.community_id, world.now, person_id, "consent", "person", person_id, version=wish.version)
    return Answered("GiveConsent")


def set_language(world: World, person_id: str, wish: SetLanguage) -> Answered | Refused:
    if wish.language in LANGUAGES:
        world.session.get_one(Person, person_id).language = wish.language
    return Answered("SetLanguage")


def set_elder_mode(world: World, person_id: str, wish: SetElderMode) -> Answered | Refused:
    world.session.get_one(Person, person_id).elder = wish.on
    return Answered("SetElderMode")


# --- a home ----------------------------------------------------------------------------------------------------------


def bind_home(world: World, person_id: str, wish: BindHome) -> Answered | Refused:
    """A home as typed: claimed, not verified."""
    building = find_building(world.session, world.community_id, wish.building)
    if building is None:
        return Refused("BindHome", "no_such_building", {"nearest": nearest_buildings(world, wish.building)})
    if not room_exists(building, wish.unit, wish.room):
        return Refused("BindHome", "no_such_room", {"building": building.number})
    move_in(world, person_id, building, wish.unit, wish.room, CLAIMED)
    return Answered("BindHome", {"building": building.number, "unit": wish.unit, "room": wish.room, "verified": False})


def bind_code(world: World, person_id: str, wish: BindCode) -> Answered | Refused:
    """A home by its code: verified. The code is used up in the same statement that finds it, so two people can't share it."""
    used = (
        update(places.BindCode)
        .where(places.BindCode.digest == digest(_tidy(wish.code)), places.BindCode.community_id == world.community_id)
        .where(places.BindCode.used_at.is_(None))
        .values(used_at=world.now, used_by=person_id)
        .returning(places.BindCode.building_id, places.BindCode.unit, places.BindCode.room)
    )
    row = world.session.execute(used).first()
    if row is None:
        return Refused("BindCode", "bad_code")
    building = world.session.get_one(Building, row.building_id)
    move_in(world, person_id, building, row.unit, row.room, VERIFIED)
    return Answered("BindCode", {"building": building.number, "unit": row.unit, "room": row.room, "verified": True})


def nearest_buildings(world: World, said: str) -> list[str]:
    """The existing buildings closest to what was said: by number, else the first ones."""
    numbers = list(places.layout(world.session, world.community_id)["buildings"])
    wanted = int(said) if said.isdigit() else 0
    by_distance = sorted((n for n in numbers if n.isdigit()), key=lambda n: (abs(int(n) - wanted), int(n)))
    return sorted(by_distance[:NEAREST], key=int) or numbers[:NEAREST]


def move_in(world: World, person_id: str, building: Building, unit: str, room: str, status: str, relation: str = "") -> Membership:
    """Make this the person's home: an earlier claim ends, and a verified home stays one."""
    household = _household(world, building, unit, room)
    current = world.session.scalars(select(Membership).where(Membership.person_id == person_id, Membership.until.is_(None))).all()
    for row in current:
        if row.household_id == household.id:
            row.status = VERIFIED if VERIFIED in {row.status, status} else CLAIMED
            return row
    for row in current:
        if row.status == CLAIMED:
            row.until = world.now
    member = Membership(
        id=world.new_id(), community_id=world.community_id, person_id=person_id, household_id=household.id, status=status,
        relation=relation, since=world.now,
    )  # fmt: skip
    world.session.add(member)
    world.session.flush()
    return member


def _household(world: World, building: Building, unit: str, room: str) -> Household:
    query = select(Household).where(Household.building_id == building.id, Household.unit == unit, Household.room == room)
    found = world.session.scalar(query)
    if found is None:
        found = Household(id=world.new_id(), community_id=world.community_id, building_id=building.id, unit=unit, room=room)
        world.session.add(found)
        world.session.flush()
    return found


# --- secrets -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HomeCode:
    """The code of one home, as it is printed and handed over."""

    unit: str
    room: str
    code: str


def make_codes(world: World, building_number: str) -> list[HomeCode]:
    """A fresh code for every home of a building; unused earlier ones no longer work. Raises UnknownScope."""
    building = find_building(world.session, world.community_id, building_number)
    if building is None:
        raise UnknownScope(building_number)
    unused = (places.BindCode.building_id == building.id, places.BindCode.used_at.is_(None))
    for old in world.session.scalars(select(places.BindCode).where(*unused)):
        world.session.delete(old)
    codes = [HomeCode(unit, room, _tidy(world.new_id())[-CODE_LENGTH:]) for unit, room in rooms_of(building)]
    for code in codes:
        row = places.BindCode(digest=digest(code.code), community_id=world.community_id, building_id=building.id, unit=code.unit, room=code.room)
        row.made_at = world.now
        world.session.add(row)
    return codes


def rooms_of(building: Building) -> Iterator[tuple[str, str]]:
    """Every home of a building as (unit, room)."""
    for unit in range(1, building.units + 1):
        for floor in range(1, building.floors + 1):
            for room in range(1, building.rooms + 1):
                yield str(unit), f"{floor}{room:02d}"


def _tidy(code: str) -> str:
    """Codes are read out and typed by hand: case, spaces and dashes don't matter."""
    return "".join(c for c in code.upper() if c.isalnum())


def make_invite(world: World, role: str, scope: str, desk: str = "") -> str:
    """A link token that gives `role` once. `scope`: a grid's, building's or party's code, "" = the community.

    `role` may carry the desk, "community_staff:civil_affairs". Raises UnknownRole, UnknownScope.
    """
    role, _, named = role.partition(":")
    if role not in ROLES:
        raise UnknownRole(role)
    scope_kind, scope_id = find_scope(world, role, scope)
    token = world.new_id()
    days = timedelta(days=world.book.sla["limits"]["invite_days"])
    invite = Invite(
        digest=digest(token), community_id=world.community_id, role=role, scope_kind=scope_kind, scope_id=scope_id,
        desk=desk or named or ("general" if role == "community_staff" else ""), made_at=world.now, expires_at=world.now + days,
    )  # fmt: skip
    world.session.add(invite)
    return token


def find_scope(world: World, role: str, scope: str) -> tuple[str, str]:
    """What `scope` names → (kind, id): a building's number, "street", "001" (a grid), a node's or a party's code; "" = the community.

    Raises UnknownScope.
    """
    if role in {"building_director", "unit_lead"}:
        building = find_building(world.session, world.community_id, scope.removesuffix("栋"))
        if building is not None:
            return "building", building.id
        raise UnknownScope(scope)
    nodes = world.session.scalars(select(OrgNode).where(OrgNode.community_id == world.community_id)).all()
    for node in nodes:
        short = node.code[-3:] if node.kind == "grid" else node.kind
        if (scope or "community") in {node.code, node.name_zh, short}:
            return node.kind, node.id
    party = world.session.scalar(select(Party).where(Party.community_id == world.community_id, Party.code == scope))
    if party is None:
        raise UnknownScope(scope)
    return "party", party.id


def use_invite(world: World, person_id: str, token: str) -> str:
    """Take the role of an invite; returns it, or "" for a token that is unknown, used or too old."""
    used = (
        update(Invite)
        .where(Invite.digest == digest(token), Invite.community_id == world.community_id)
        .where(Invite.used_at.is_(None), Invite.expires_at > world.now)
        .values(used_at=world.now, used_by=person_id)
        .returning(Invite.role, Invite.scope_kind, Invite.scope_id, Invite.desk)
    )
    row = world.session.execute(used).first()
    if row is None:
        return ""
    assign(world, person_id, row.role, row.scope_kind, row.scope_id, row.desk, f"invite {digest(token)[:12]}")
    return str(row.role)


def assign(world: World, person_id: str, role: str, scope_kind: str, scope_id: str, desk: str, source: str) -> RoleAssignment:
    """Give a role from now on, unless the person holds exactly this one already."""
    same = select(RoleAssignment).where(
        RoleAssignment.person_id == person_id, RoleAssignment.role == role, RoleAssignment.scope_id == scope_id,
        RoleAssignment.desk == desk, RoleAssignment.until.is_(None),
    )  # fmt: skip
    known = world.session.scalar(same)
    if known is not None:
        return known
    row = RoleAssignment(
        id=world.new_id(), community_id=world.community_id, person_id=person_id, role=role, scope_kind=scope_kind, scope_id=scope_id,
        desk=desk, since=world.now, source=source,
    )  # fmt: skip
    world.session.add(row)
    world.session.flush()
    audit(world.session, world.community_id, world.now, person_id, "role_given", "role", row.id, role=role, source=source)
    return row
