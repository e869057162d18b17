"""Buttons of long-lived cards: signed data that says which move of which case, and on which standing of the case it was offered.

`c:<case>:<move>:<standing>:<mac>`, at most 64 bytes. The mac covers the chat too, so that a press copied elsewhere is refused.
A button proves nothing about who presses it: rights are checked at the press.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from handlers.world import Button, World
from models.case import Case, CaseEvent

PREFIX = "c"


@dataclass(frozen=True)
class Press:
    """What a genuine button asks for. `move` is a word of its own or `word.choice` ("dispatch.PM")."""

    case_id: str
    move: str
    standing: int

    @property
    def word(self) -> str:
        return self.move.partition(".")[0]

    @property
    def choice(self) -> str:
        return self.move.partition(".")[2]


def standing(world: World, case_id: str) -> int:
    """The number of the last event that changed the case's state: the version its buttons were drawn on.

    Not `case.version`: a resident's further words would make every card stale that can't be redrawn at once (20 calls a minute).
    """
    query = select(func.max(CaseEvent.seq)).where(CaseEvent.case_id == case_id, CaseEvent.from_state != CaseEvent.to_state)
    return world.session.scalar(query) or 0


def card_button(world: World, case: Case, chat: str, at: int, move: str, key: str = "", **values: Any) -> Button:
    """A button for `move`, labelled `card.button.<word>`; `at` is the standing it is drawn on."""
    label = key or f"card.button.{move.partition('.')[0]}"
    return Button(key=label, values=values, data=f"{PREFIX}:{case.id}:{move}:{at}:{_mac(world, case.id, move, at, chat)}")


def read_press(world: World, data: str, chat: str) -> Press | None:
    """What a pressed button asks for; None when it wasn't made by us for this chat."""
    parts = data.split(":")
    if len(parts) != 5 or parts[0] != PREFIX or not (parts[3].isascii() and parts[3].isdigit()):
        return None
    _, case_id, move, at, mac = parts
    genuine = _mac(world, case_id, move, int(at), chat)
    return Press(case_id, move, int(at)) if hmac.compare_digest(genuine.encode(), mac.encode()) else None


def _mac(world: World, case_id: str, move: str, at: int, chat: str) -> str:
    return world.ring.mac(f"{PREFIX}:{case_id}:{move}:{at}:{chat}")
