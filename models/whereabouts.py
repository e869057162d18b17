"""Where a case is: building and grid in plain columns, everything nearer sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.case import Case
from models.place import find_building, place_words
from models.scene import Scene
from models.timeline import COMMUNITY_KEY


def put_place(world: Scene, case: Case, place: Mapping[str, Any]) -> None:
    """Set where the case is: building and grid plain, the rest sealed."""
    known = place_words(place)
    building = find_building(world.session, world.community_id, known["building"]) if known["building"] else None
    case.building = building.number if building is not None else None
    case.building_id = building.id if building is not None else None
    case.grid_id = building.grid_id if building is not None else None
    spot = None if building is not None else known["spot"]
    case.spot_index = world.ring.blind_index(f"spot:{spot.casefold()}") if spot else None
    case.place = world.ring.seal(world.session, case.reporter_id or COMMUNITY_KEY, "case:place", case.id, known)
