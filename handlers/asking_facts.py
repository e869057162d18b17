"""Facts that are answered from the community's own tables: opening hours, phone numbers, who is on duty, one's grid leader."""

from __future__ import annotations

from sqlalchemy import select

from dialogs.policy_wishes import LookUp
from dialogs.words import Answered, Refused
from handlers.contexts import community_facts, who_is
from handlers.filing import iso
from handlers.world import Json, World
from models.community import Party, community_of
from models.effects import terms
from models.person import Person, name_of
from models.place import find_building
from models.role import holders

OWN = "CM"
LEADERS = (("building_director", False), ("grid_leader", True))
"""Who cares for a home: role, and whether its scope is the grid (else the building)."""


def look_up(world: World, person_id: str, wish: LookUp) -> Answered | Refused:
    calendar, zone = terms(world).calendar, community_facts(world)[2]
    rows = {"hours": _none, "phone": _phones, "duty": _duty, "grid": _leaders}[wish.topic](world, person_id, wish.words)
    if not rows and wish.topic != "hours":
        return Refused("LookUp", "unknown")
    open_now = calendar.is_open(world.now)
    opens = None if open_now else iso(calendar.add_work_hours(world.now, 1 / 3600))
    hours = [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in calendar.hours]
    as_of = world.now.astimezone(zone).date().isoformat()
    return Answered("LookUp", {"topic": wish.topic, "rows": rows, "open": open_now, "hours": hours, "next": opens, "as_of": as_of})


def _none(world: World, person_id: str, words: str) -> list[Json]:
    return []


def _phones(world: World, person_id: str, words: str) -> list[Json]:
    """The numbers of the parties that the words name; the community's own when they name none."""
    said = words.casefold()
    kinds = dict.fromkeys(kind for word, kind in world.book.settings["asking"]["phones"].items() if word in said)
    wanted = list(kinds) or [OWN]
    # "小区物业电话": the community is named only as the place.
    wanted = [kind for kind in wanted if kind != OWN] or wanted
    query = select(Party).where(Party.community_id == world.community_id, Party.kind.in_(wanted), Party.phone != "").order_by(Party.code)
    return [{"name": party.name, "value": party.phone} for party in world.session.scalars(query)]


def _duty(world: World, person_id: str, words: str) -> list[Json]:
    """By name only who opted in to it; else the role. The number is the desk's, never a private one."""
    phone = community_facts(world)[1].get("community", "")
    return [_called(world, holder, "duty", phone) for holder in holders(world.session, world.community_id, "duty", world.now)]


def _leaders(world: World, person_id: str, words: str) -> list[Json]:
    """Director and grid leader of one's own building; a guest is told the grid leaders of the community."""
    home = who_is(world, person_id).home
    building = find_building(world.session, world.community_id, str(home["building"])) if home else None
    phone = community_facts(world)[1].get("community", "")
    found: list[Json] = []
    for role, by_grid in LEADERS:
        if building is None and not by_grid:
            continue
        scope = None if building is None else building.grid_id if by_grid else building.id
        found += [_called(world, holder, role, phone) for holder in holders(world.session, world.community_id, role, world.now, scope)]
    return found


def _called(world: World, person_id: str, role: str, phone: str) -> Json:
    person = world.session.get_one(Person, person_id)
    own = name_of(world.session, world.ring, person) if person.name_public and person.name else ""
    label = world.book.labels
    names = {
        language: f"{label(f'case.role.{role}', {}, language) if label else role}{f' {own}' if own else ''}" for language in ("zh", "en")
    }
    return {"name": names, "value": phone, "community": community_of(world.session, world.community_id).alias}
