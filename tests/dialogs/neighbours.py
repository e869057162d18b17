"""Who the conversations about requests begin with, and what is looked at in the end."""

from __future__ import annotations

from typing import Any

from tests.dialogs.fake_world import PROPERTY, Json
from tests.dialogs.play import Player

HOME = {"building": "2", "unit": "1", "room": "301", "verified": True}
LIGHT = {
    "case_id": "c4", "number": "SMY-261123-004", "category": "PR01", "state": "in_progress", "answer_by": "2026-11-25T18:30:00+08:00",
    "party": PROPERTY, "place": {"building": "2", "unit": None, "floor": None, "room": None, "spot": None},
}  # fmt: skip


def resident(**who: Any) -> Player:
    return Player("2026-11-23T09:00:00", **{"consent": "v1", **who})


def opened(player: Player) -> Any:
    """The one case that was filed."""
    wishes = player.world.of("OpenCase")
    assert len(wishes) == 1, wishes
    return wishes[0]


def place(**parts: str) -> Json:
    return {**dict.fromkeys(("building", "unit", "floor", "room", "spot")), **parts}
