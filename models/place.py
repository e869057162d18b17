"""Buildings, homes and who lives where. A membership is claimed when typed and verified by a code or a director."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Integer, String, UniqueConstraint, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.keys import Id, ref
from models.prepared import Prepared

CLAIMED, VERIFIED = "claimed", "verified"


class Building(Base):
    """A residential building: `units` × `floors` × `rooms` a floor; it hangs on a grid of the org tree."""

    __tablename__ = "building"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"), index=True)
    number: Mapped[str] = mapped_column(String(8))
    units: Mapped[int] = mapped_column(Integer)
    floors: Mapped[int] = mapped_column(Integer)
    rooms: Mapped[int] = mapped_column(Integer)
    lift: Mapped[bool] = mapped_column(Boolean, default=False)
    grid_id: Mapped[str] = mapped_column(ref("org_node.id"), index=True)
    aliases: Mapped[list[Any]]
    """What residents also call it."""
    __table_args__ = (UniqueConstraint("community_id", "number"),)


class Household(Base):
    """A home: a room of a unit, or a whole building while only that is known of a member (unit and room empty)."""

    __tablename__ = "household"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    building_id: Mapped[str] = mapped_column(ref("building.id"))
    unit: Mapped[str] = mapped_column(String(4), default="")
    room: Mapped[str] = mapped_column(String(8), default="")
    __table_args__ = (UniqueConstraint("building_id", "unit", "room"),)


class Membership(Base):
    """A person lives in (or owns) a home, for a time."""

    __tablename__ = "membership"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    person_id: Mapped[str] = mapped_column(ref("person.id"), index=True)
    household_id: Mapped[str] = mapped_column(ref("household.id"), index=True)
    status: Mapped[str] = mapped_column(String(8))
    relation: Mapped[str] = mapped_column(String(12), default="")
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class BindCode(Base):
    """A single-use code that verifies one home; only its SHA-256 is kept."""

    __tablename__ = "bind_code"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    community_id: Mapped[str] = mapped_column(ref("community.id"))
    building_id: Mapped[str] = mapped_column(ref("building.id"), index=True)
    unit: Mapped[str] = mapped_column(String(4))
    room: Mapped[str] = mapped_column(String(8))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str | None] = mapped_column(ref("person.id"))


def digest(secret: str) -> str:
    """What is stored of a code or an invite: it can be recognised, not read."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_building(session: Session, community_id: str, number: str) -> Building | None:
    """The building of this number, None where there is none. Found once a turn: a filing asks three times."""
    found: dict[str, Building] = session.info.setdefault(f"buildings {community_id}", {})
    if number and number not in found:
        building = session.scalar(select(Building).where(Building.community_id == community_id, Building.number == number))
        if building is None:
            return None
        found[number] = building
    return found.get(number)


def layout(session: Session, community_id: str) -> dict[str, Any]:
    """All buildings as plain data for the place reader.

    → {"buildings": {number: {"units", "floors", "rooms", "lift"}}, "aliases": {alias: number}}
    """
    rows = session.scalars(select(Building).where(Building.community_id == community_id)).all()
    ordered = sorted(rows, key=lambda row: (len(row.number), row.number))
    return {
        "buildings": {r.number: {"units": r.units, "floors": r.floors, "rooms": r.rooms, "lift": r.lift} for r in ordered},
        "aliases": {alias: r.number for r in ordered for alias in r.aliases},
    }


def room_exists(building: Building, unit: str, room: str) -> bool:
    """Whether the building can have this room: `room` is floor and number ("301" = third floor, room 1)."""
    if unit and not (unit.isdigit() and 1 <= int(unit) <= building.units):
        return False
    if not room:
        return True
    if not room.isdigit() or len(room) < 3:
        return False
    return 1 <= int(room[:-2]) <= building.floors and 1 <= int(room[-2:]) <= building.rooms


# Built once: it runs in every turn.
_HOME = Prepared(
    select(Building.number, Household.unit, Household.room, Membership.status)
    .join(Household, Household.id == Membership.household_id)
    .join(Building, Building.id == Household.building_id)
    .where(Membership.person_id == bindparam("person"), Membership.since <= bindparam("now"))
    .where(or_(Membership.until.is_(None), Membership.until > bindparam("now")))
    .order_by(Membership.status.desc(), Membership.since.desc())
    .limit(1)
)


def home_of(session: Session, person_id: str, now: datetime) -> dict[str, Any] | None:
    """The person's present home → {"building","unit","room","verified"}, a verified one before a claimed one; None for a guest."""
    found = _HOME.first(session, person=person_id, now=now)
    if found is None:
        return None
    return {"building": found.number, "unit": found.unit, "room": found.room, "verified": found.status == VERIFIED}


def place_words(place: Mapping[str, Any]) -> dict[str, str | None]:
    """A place as dialogs say it, complete: {"building","unit","floor","room","spot"}, missing parts None."""
    return {part: str(place[part]) if place.get(part) else None for part in ("building", "unit", "floor", "room", "spot")}
