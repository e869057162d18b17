"""Bringing a community in from a file: org tree, parties, buildings, people with roles, numbers, chats. Doing it again changes only what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from handlers.people import assign, find_scope, move_in
from handlers.world import Json, World
from models.base import Base
from models.community import CHAT_KINDS, Chat, Community, EmergencyNumber, OrgNode, Party, Responsibility
from models.person import Address, Person, find_person, set_name, set_phone
from models.place import VERIFIED, Building, find_building
from models.role import RoleAssignment

SOURCE = "import"


class StartupRefused(Exception):
    """The community has no emergency numbers: without them nobody in danger could be helped. Add [emergency_numbers] to the file"""


class BadCommunity(ValueError):
    """The community file can't be used"""


@dataclass
class Report:
    """What an import found and made: how many of each, and the people and chats that have no account yet."""

    counts: dict[str, int] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)

    def count(self, what: str, new: bool) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
        self.made[what] = self.made.get(what, 0) + int(new)


def with_accounts(data: Json, users: Mapping[str, object], chats: Mapping[str, object]) -> Json:
    """The file's data with the messenger's numbers filled in where it names people and chats only by key."""
    people = [{**row, "user": str(users[row["key"]])} if row.get("key") in users else row for row in data.get("people", ())]
    rooms = [{**row, "chat": str(chats[row["key"]])} if row.get("key") in chats else row for row in data.get("chats", ())]
    return {**data, "people": people, "chats": rooms}


def import_community(world: World, data: Json) -> Report:
    """Make or bring up to date the community in `data`; afterwards `world.community_id` is its id.

    Raises StartupRefused without emergency numbers, BadCommunity or UnknownScope for a file that contradicts itself.
    """
    if not data.get("emergency_numbers"):
        raise StartupRefused
    report = Report()
    try:
        _community(world, data, report)
        _org(world, data, report)
        _parties(world, data, report)
        _buildings(world, data, report)
        _responsibilities(world, data, report)
        for row in data.get("people", ()):
            _person(world, row, report)
        for row in data.get("chats", ()):
            _chat(world, row, report)
    except KeyError as missing:
        raise BadCommunity(f"{missing.args[0]!r} is missing in the community file") from missing
    world.session.flush()
    return report


def _put(world: World, table: type[Any], found: Any, report: Report, /, **values: Any) -> Any:
    """Update `found`, or make a new row of `table`."""
    report.count(table.__tablename__, found is None)
    if found is None:
        found = table(id=world.new_id(), **values)
        world.session.add(found)
    else:
        for name, value in values.items():
            if getattr(found, name) != value:
                setattr(found, name, value)
    world.session.flush()
    return found


def _community(world: World, data: Json, report: Report) -> None:
    row = data["community"]
    contacts = {name: str(number) for name, number in data.get("contacts", {}).items()}
    found = world.session.scalar(select(Community).where(Community.alias == row["alias"]))
    community = _put(
        world, Community, found, report, alias=row["alias"], code=str(row["code"]), name_zh=row["zh"], name_en=row["en"],
        zone=row.get("zone", "Asia/Shanghai"), language=row.get("language", "zh"), contacts=contacts,
    )  # fmt: skip
    world.community_id = community.id
    for kind, number in data["emergency_numbers"].items():
        known = world.session.get(EmergencyNumber, (community.id, kind))
        report.count("emergency_number", known is None)
        if known is None or known.number != str(number):
            world.session.merge(EmergencyNumber(community_id=community.id, kind=kind, number=str(number), last_checked=world.now))


def _org(world: World, data: Json, report: Report) -> None:
    """Parents stand before their children in the file."""
    ids: dict[str, str] = {}
    for row in data.get("org", ()):
        code = str(row["code"])
        found = _by_code(world, OrgNode, code)
        parent = ids[str(row["parent"])] if row.get("parent") else None
        node = _put(
            world, OrgNode, found, report, community_id=world.community_id, kind=row["kind"], code=code, parent_id=parent,
            name_zh=row["zh"], name_en=row["en"],
        )  # fmt: skip
        ids[code] = node.id


def _by_code(world: World, kind: type[OrgNode] | type[Party], code: str) -> Base | None:
    return world.session.scalar(select(kind).where(kind.community_id == world.community_id, kind.code == code))


def _node(world: World, code: str) -> OrgNode:
    node = world.session.scalar(select(OrgNode).where(OrgNode.community_id == world.community_id, OrgNode.code == code))
    if node is None:
        raise BadCommunity(f"The file names node {code}, which is not in its org tree")
    return node


def _parties(world: World, data: Json, report: Report) -> None:
    for row in data.get("parties", ()):
        found = _by_code(world, Party, row["code"])
        node = _node(world, str(row["node"])).id if row.get("node") else None
        _put(
            world, Party, found, report, community_id=world.community_id, code=row["code"], kind=row["kind"], node_id=node,
            name_zh=row["zh"], name_en=row["en"], phone=str(row.get("phone", "")),
        )  # fmt: skip


def _buildings(world: World, data: Json, report: Report) -> None:
    for row in data.get("buildings", ()):
        number = str(row["number"])
        found = find_building(world.session, world.community_id, number)
        _put(
            world, Building, found, report, community_id=world.community_id, number=number, units=row["units"], floors=row["floors"],
            rooms=row["rooms"], lift=row.get("lift", False), grid_id=_node(world, str(row["grid"])).id, aliases=row.get("aliases", []),
        )  # fmt: skip


def _responsibilities(world: World, data: Json, report: Report) -> None:
    for row in data.get("responsibilities", ()):
        node = _node(world, str(row["node"]))
        ids = [_party(world, code) for code in (row["lead"], *row.get("co", ()))]
        found = world.session.scalar(select(Responsibility).where(Responsibility.category == row["category"], Responsibility.node_id == node.id))
        _put(
            world, Responsibility, found, report, community_id=world.community_id, category=row["category"], node_id=node.id,
            lead_id=ids[0], co_ids=ids[1:], backup_id=_party(world, row["backup"]) if row.get("backup") else None,
        )  # fmt: skip


def _party(world: World, code: str) -> str:
    found = _by_code(world, Party, code)
    if not isinstance(found, Party):
        raise BadCommunity(f"The file names party {code}, which it does not describe")
    return found.id


def _person(world: World, row: Json, report: Report) -> None:
    """A person with an account, a language, a consent on paper, a verified home and roles; without an account they wait."""
    user = str(row.get("user", ""))
    if not user:
        report.waiting.append(str(row.get("key") or row.get("name", "?")))
        return
    person = find_person(world.session, world.account, user)
    report.count("person", person is None)
    if person is None:
        person = Person(id=world.new_id(), community_id=world.community_id, created_at=world.now)
        world.session.add(person)
        world.session.add(Address(account=world.account, address=user, person_id=person.id))
        world.session.flush()
    person.language = row.get("language", person.language)
    person.name_public = row.get("name_public", person.name_public)
    if row.get("name"):
        set_name(world.session, world.ring, person, row["name"])
    if row.get("phone"):
        set_phone(world.session, world.ring, person, str(row["phone"]))
    if row.get("consent") and person.consent_version != row["consent"]:
        person.consent_version, person.consent_at = row["consent"], world.now
    if row.get("home"):
        number, unit, room = (*str(row["home"]).split("-"), "", "")[:3]
        building = find_building(world.session, world.community_id, number)
        if building is None:
            raise BadCommunity(f"The file names building {number}, which it does not describe")
        move_in(world, person.id, building, unit, room, VERIFIED, "")
    _roles(world, person.id, row.get("roles", ()))


def _roles(world: World, person_id: str, rows: list[Json]) -> None:
    """The roles of the file are given; one that an earlier import gave and the file no longer names has ended."""
    given = set()
    for row in rows:
        scope_kind, scope_id = find_scope(world, row["role"], str(row.get("scope", "")))
        given.add(assign(world, person_id, row["role"], scope_kind, scope_id, row.get("desk", ""), SOURCE).id)
    query = select(RoleAssignment).where(
        RoleAssignment.person_id == person_id, RoleAssignment.source == SOURCE, RoleAssignment.until.is_(None)
    )
    for old in world.session.scalars(query):
        if old.id not in given:
            old.until = world.now


def _chat(world: World, row: Json, report: Report) -> None:
    chat = str(row.get("chat", ""))
    if not chat:
        report.waiting.append(str(row.get("key", "?")))
        return
    if row["kind"] not in CHAT_KINDS:
        raise BadCommunity(f"There is no kind of chat {row['kind']!r}; known are {', '.join(CHAT_KINDS)}")
    scope = str(row.get("scope", ""))
    scope_id = None
    if row["kind"] == "bg":
        _, scope_id = find_scope(world, "building_director", scope)
    elif row["kind"] == "gw":
        _, scope_id = find_scope(world, "grid_leader", scope)
    found = world.session.scalar(select(Chat).where(Chat.account == world.account, Chat.chat == chat))
    _put(
        world, Chat, found, report, community_id=world.community_id, account=world.account, chat=chat, kind=row["kind"],
        scope_id=scope_id, forum=row.get("forum", False),
    )  # fmt: skip
