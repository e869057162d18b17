"""What each viewer may know of who reported a case and where exactly it is (domain.md 3.1, 3.3)."""

from __future__ import annotations

from typing import Any

from models.access import Grant
from models.case import Case
from models.person import Person, name_of, phone_of
from models.place import home_of
from models.scene import Scene
from models.states import desk_of

NEAR_FLOORS = 1
"""A confidential place is shown as its floor and so many above: the neighbours can't tell who spoke."""


def place_of(world: Scene, case: Case) -> dict[str, str | None]:
    """The exact place, opened."""
    place: dict[str, str | None] = world.ring.open(world.session, "case:place", case.id, case.place)
    return place


def registered_home(world: Scene, case: Case) -> dict[str, Any] | None:
    """Where the reporter lives, as registered: the best guess when a call for help names no place."""
    return home_of(world.session, case.reporter_id, world.now) if case.reporter_id is not None else None


def words_of_case(world: Scene, case: Case) -> str:
    """The reporter's own words, opened."""
    return str(world.ring.open(world.session, "case:words", case.id, case.words))


def reporter_view(world: Scene, case: Case, viewer: Grant | None) -> dict[str, Any]:
    """Who reported it, as far as `viewer` may know; None = everybody in the case's own staff chat, as on its card.

    → {"shown": "none" | "hidden" | "room" | "named", "name", "home", "phone"}: "none" nobody reported or an anonymous one,
    "hidden" asked for confidence, "room" the home without a name, "named" both. Parts that aren't shown are absent.
    """
    if case.reporter_id is None or case.anonymous:
        return {"shown": "none"}
    staff = viewer is None or viewer.is_staff
    own = viewer is not None and viewer.person_id == case.reporter_id
    if case.confidential and not own and not (viewer is not None and staff):
        return {"shown": "hidden"}
    if not staff and not own and "handler" not in viewer.capacities:  # type: ignore[union-attr]
        return {"shown": "none"}
    person = world.session.get_one(Person, case.reporter_id)
    home = home_of(world.session, person.id, world.now)
    phone = phone_of(world.session, world.ring, person)
    company = viewer is not None and not staff and viewer.role in {"company_agent", "department_officer"}
    # A card in the sensitive chat is seen by all its members, also by those whose case it isn't.
    nameless = company or (viewer is None and desk_of(case) != "mc")
    view: dict[str, Any] = {"shown": "room" if nameless else "named", "home": home}
    if not nameless:
        view["name"] = name_of(world.session, world.ring, person)
    # A party learns how to reach the resident only once it has signed.
    if phone and viewer is not None and (staff or own or case.signed_at is not None):
        view["phone"] = phone
    return view


def place_view(world: Scene, case: Case, viewer: Grant | None) -> dict[str, str | None]:
    """The place as `viewer` may know it: exact, or for a confidential case only the building and the floors around."""
    place = place_of(world, case)
    if not case.confidential or (viewer is not None and (viewer.is_staff or viewer.person_id == case.reporter_id)):
        return place
    return {"building": place["building"], "unit": None, "floor": _near(place), "room": None, "spot": None}


def _near(place: dict[str, str | None]) -> str | None:
    room, floor = place.get("room") or "", place.get("floor") or ""
    known = room[:-2] if len(room) > 2 else floor
    return f"{known}-{int(known) + NEAR_FLOORS}" if known.isdigit() else None
