"""Buttons of notices: signed data that says which act on which notice, and on which revision it was offered.

`n:<id>:<act>:<number>:<mac>`, at most 64 bytes; the mac covers the chat too. A button proves nothing about who presses it.
The number is the notice's `rev` for acts of approval, its version for what recipients press.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from handlers.world import Button, World

PREFIX = "n"


@dataclass(frozen=True)
class NoticePress:
    """What a genuine button asks for; `act` is a word of its own or `word.choice`."""

    row_id: str
    act: str
    number: int

    @property
    def word(self) -> str:
        return self.act.partition(".")[0]

    @property
    def choice(self) -> str:
        return self.act.partition(".")[2]


def notice_button(world: World, row_id: str, chat: str, act: str, at: int, key: str = "", **values: Any) -> Button:
    """A button for `act`, labelled `notice.act.<word>`."""
    label = key or f"notice.act.{act.partition('.')[0]}"
    return Button(key=label, values=values, data=f"{PREFIX}:{row_id}:{act}:{at}:{_mac(world, row_id, act, at, chat)}")


def read_notice_press(world: World, data: str, chat: str) -> NoticePress | None:
    """What a pressed button asks for; None when it wasn't made by us for this chat."""
    parts = data.split(":")
    if len(parts) != 5 or parts[0] != PREFIX or not (parts[3].isascii() and parts[3].isdigit()):
        return None
    _, row_id, act, at, mac = parts
    genuine = _mac(world, row_id, act, int(at), chat)
    return NoticePress(row_id, act, int(at)) if hmac.compare_digest(genuine.encode(), mac.encode()) else None


def _mac(world: World, row_id: str, act: str, at: int, chat: str) -> str:
    return world.ring.mac(f"{PREFIX}:{row_id}:{act}:{at}:{chat}")
