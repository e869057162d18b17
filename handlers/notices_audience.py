"""Whom a notice reaches: buildings of a circle, their groups and homes, what they got today already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from handlers.world import Json, World
from models.community import Chat
from models.notice import Notice, NoticeBuilding, NoticeVersion
from models.place import Building
from models.role import RoleAssignment


@dataclass(frozen=True)
class Reached:
    """One building of an audience."""

    building: Building
    groups: int

    @property
    def households(self) -> int:
        """Homes as built; who lives in none of them is told by nobody."""
        return self.building.units * self.building.floors * self.building.rooms


def buildings_of(world: World) -> dict[str, Building]:
    """Every building of the community by its number, in order."""
    rows = world.session.scalars(select(Building).where(Building.community_id == world.community_id)).all()
    return {row.number: row for row in sorted(rows, key=lambda row: (len(row.number), row.number))}


def own_numbers(world: World, roles: Iterable[RoleAssignment], everything: dict[str, Building]) -> set[str]:
    """Numbers of the buildings in the scopes of these assignments."""
    found: set[str] = set()
    for row in roles:
        match row.scope_kind:
            case "grid":
                found |= {number for number, building in everything.items() if building.grid_id == row.scope_id}
            case "building":
                found |= {number for number, building in everything.items() if building.id == row.scope_id}
            case _:
                found |= set(everything)
    return found


def meant(world: World, houses: Json, roles: Sequence[RoleAssignment]) -> list[str]:
    """The numbers that were said, a circle resolved by the author's own roles; unknown ones are left out."""
    everything = buildings_of(world)
    wanted = list(houses["named"])
    if houses["circle"] == "grid":
        grids = [row for row in roles if row.scope_kind in ("grid", "building")]
        own = {everything[n].grid_id for n in own_numbers(world, grids, everything)}
        wanted += [number for number, building in everything.items() if building.grid_id in own]
    elif houses["circle"]:
        wanted = list(everything)
    chosen = set(wanted) - set(houses["but"])
    return [number for number in everything if number in chosen]


def reached(world: World, numbers: Iterable[str]) -> list[Reached]:
    """The buildings of these numbers with their groups."""
    everything = buildings_of(world)
    query = select(Chat.scope_id, func.count()).where(
        Chat.community_id == world.community_id, Chat.account == world.account, Chat.kind == "bg"
    )
    groups = {scope: int(count) for scope, count in world.session.execute(query.group_by(Chat.scope_id)).all()}
    return [Reached(everything[number], groups.get(everything[number].id, 0)) for number in numbers if number in everything]


def sent_on(world: World, day: date, buildings: Iterable[str]) -> dict[str, int]:
    """How many notices that aren't urgent each of these buildings (ids) got on a local day."""
    query = (
        select(NoticeBuilding.building_id, func.count())
        .join(NoticeVersion, NoticeVersion.id == NoticeBuilding.version_id)
        .join(Notice, Notice.id == NoticeVersion.notice_id)
        .where(
            NoticeBuilding.day == day, NoticeBuilding.building_id.in_(list(buildings)), Notice.urgent.is_(False), NoticeVersion.version == 1
        )
        .group_by(NoticeBuilding.building_id)
    )
    return {building: int(count) for building, count in world.session.execute(query).all()}


def planned_on(world: World, day: date, wall_day: str, buildings: Sequence[str]) -> dict[str, int]:
    """Sent and still planned for that day: what a new one would come on top of."""
    waiting = (
        select(NoticeBuilding.building_id, func.count())
        .join(NoticeVersion, NoticeVersion.id == NoticeBuilding.version_id)
        .join(Notice, Notice.id == NoticeVersion.notice_id)
        .where(NoticeBuilding.building_id.in_(list(buildings)), Notice.state == "scheduled", Notice.send_wall.startswith(wall_day))
        .where(Notice.urgent.is_(False), NoticeVersion.version == Notice.version)
        .group_by(NoticeBuilding.building_id)
    )
    found = sent_on(world, day, buildings)
    for building, count in world.session.execute(waiting).all():
        found[building] = found.get(building, 0) + int(count)
    return found
