"""Buttons of the desk that stand under questions, proposed entries and files: signed, and good for the chat they were made for.

`k:<act>:<subject>:<choice>:<mac>`, at most 64 bytes. They prove nothing about who presses: rights are checked at the press.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from handlers.world import Button, World

PREFIX = "k:"
QUOTE, CONFIRM, REFUSE, IMPORT, DROP = "q", "y", "n", "i", "d"


@dataclass(frozen=True)
class DeskPress:
    """What a genuine button asks for; `subject` is a case, a proposal or a file, `choice` a passage."""

    act: str
    subject: str
    choice: str


def desk_button(world: World, chat: str, act: str, subject: str, choice: str = "", *, key: str, **values: Any) -> Button:
    text = f"{PREFIX}{act}:{subject}:{choice}"
    return Button(key=key, values=values, data=f"{text}:{world.ring.mac(f'{text}:{chat}')}")


def read_desk_press(world: World, data: str, chat: str) -> DeskPress | None:
    """What a pressed button asks for; None when it wasn't made by us for this chat."""
    text, _, mac = data.rpartition(":")
    parts = text.split(":")
    if len(parts) != 4 or not hmac.compare_digest(world.ring.mac(f"{text}:{chat}").encode(), mac.encode()):
        return None
    return DeskPress(*parts[1:])
