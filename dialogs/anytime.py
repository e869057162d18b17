"""What works at any time, in every dialog: a human, one's own cases, the menu, one step back, the links of the welcome.

A dialog calls `anytime` first in each `take`. It answers None for what is the dialog's own affair: "cancel" above all,
because only the dialog knows what would be lost. Nothing here ends the frame: it is suspended, or stays where it is.
"""

from __future__ import annotations

from dialogs.context import Context
from dialogs.entries import menu
from dialogs.kernel import Again, Go, Move, Push
from dialogs.words import Chose, Commanded, Event, Json, Opened, say

ROOT_ANSWERS = ("menu:", "case:", "confirm:", "undo:")
"""Answers to what stands outside every dialog: the menu, and the questions that a case puts to a person."""
WELCOME = frozenset({"privacy", "lang", "bind", "consent"})
RESUME = "menu:resume"


def anytime(draft: Json, event: Event, ctx: Context) -> Move | None:
    """The move that `event` makes in any dialog, or None when it is no such event."""
    match event:
        case Commanded("human"):
            return Push("human", for_human(draft), draft, hand_on=event)
        case Commanded("progress"):
            return Push("cases", {}, draft, hand_on=event)
        case Commanded("menu") | Opened("" | "menu"):
            return Again((menu(resume=True, elder=ctx.who.elder),), draft, reask=False)
        case Commanded("back") if draft.get("trail"):
            *trail, step = draft["trail"]
            return Go(step, {**draft, "trail": trail, "at": step})
        case Commanded("back"):
            return Again((say("anytime.no_way_back"),), draft)
        case Opened(payload) if payload in WELCOME:
            return Push("welcome", {}, draft, hand_on=event)
        case Opened(payload) if payload.startswith("unknown:"):
            return Again((say("anytime.cannot_read"),), draft)
        case Opened():
            return Push("welcome", {}, draft, hand_on=event)
        case Chose(value) if value == RESUME:
            return Again(draft=draft)
        case Chose(value) if value.startswith(ROOT_ANSWERS):
            return Push("menu", {}, draft, hand_on=event)
    return None


def for_human(draft: Json) -> Json:
    """What a suspended draft can already tell a human: {"words", "place", "media"}."""
    words = draft.get("words", "")
    text = words if isinstance(words, str) else "\n".join(words)
    return {"words": text, "place": dict(draft.get("place") or {}), "media": list(draft.get("media", []))}
