"""The facts of a kind of emergency as the dialog needs them: data of locales/emergency.toml, read out of the context."""

from __future__ import annotations

from typing import Any

from dialogs.context import Context
from dialogs.understand import parse_place
from dialogs.words import Ask, Json, Option, Say, Wake, ask, say

TIMER = "alarm"
"""The kind of timer of an open alarm."""


def facts(ctx: Context) -> Json:
    """The whole of locales/emergency.toml."""
    return dict(ctx.settings["emergency"])


def of_kind(kind: str, ctx: Context) -> Json:
    """What is known of one kind; an unknown code has no questions and is asked whether it happens now."""
    found: Json = facts(ctx)["kinds"].get(kind, {"check": "now", "questions": []})
    return found


def is_private(draft: Json, ctx: Context) -> bool:
    """Whether this is about a person at risk: no menu, no case number, no rating."""
    return bool(of_kind(draft["kind"], ctx).get("private"))


def is_graver(kind: str, than: str, ctx: Context) -> bool:
    """Whether `kind` comes before `than` in the order of dangers."""
    order = facts(ctx)["order"]
    return kind in order and (than not in order or order.index(kind) < order.index(than))


def spoken(value: str, ctx: Context) -> str:
    """A tapped option as staff read it."""
    words = facts(ctx)["spoken"]
    return str(words.get(ctx.who.language, words["zh"]).get(value, value))


def numbers(kind: str, ctx: Context) -> Say:
    """The numbers of `kind`, when the dialog itself has to show them."""
    return say(f"alarm.numbers.{kind}", "emergency", check=False, contacts=dict(ctx.contacts))


def line(key: str, ctx: Context, **data: Any) -> Say:
    """One line to a person in danger."""
    return say(key, "emergency", contacts=dict(ctx.contacts), **data)


def buttons(values: list[str]) -> tuple[Option, ...]:
    return tuple(Option(value, f"alarm.button.{value}") for value in values)


def question(key: str, ctx: Context, *rows: tuple[Option, ...], **data: Any) -> Ask:
    """A question to a person in danger."""
    return ask(key, *(row for row in rows if row), weight="emergency", contacts=dict(ctx.contacts), **data)


def wake(ctx: Context, limit: str = "rest_after") -> Wake:
    """The timer of an alarm, as long as the data say."""
    return Wake(TIMER, facts(ctx)["limits"][limit])


def place_in(text: str, ctx: Context) -> Json:
    """The place that `text` names, {} when there is none, or a building that doesn't exist: then it has to be asked."""
    found = parse_place(text, ctx.lexicon, ctx.places) if text else None
    if found is None or (found.building and not found.known):
        return {}
    names = ("building", "unit", "floor", "room", "spot")
    return {name: getattr(found, name) for name in names if getattr(found, name, None)}
