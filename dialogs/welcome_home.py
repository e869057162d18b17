"""A home for a person, optional: typed or by code. Steps of the dialog welcome; what is no address is handed on as a matter."""

from __future__ import annotations

from typing import Any

from dialogs.anytime import anytime
from dialogs.context import Context
from dialogs.kernel import Again, Do, Done, Go, Move, Step
from dialogs.understand import command, parse_place, understand
from dialogs.wishes import BindCode, BindHome
from dialogs.words import Answered, Chose, Commanded, Event, Hazarded, Json, MediaSent, Option, Refused, Said, Saying, Woke, ask, say

SKIP = Option("skip", "welcome.button.skip")
HOME_PARTS = ("building", "unit", "room")


# --- home: by typing or by code -----------------------------------------------------------------------------------------


def _ask_home(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    nearest = draft.get("nearest")
    if nearest:
        row = tuple(Option(f"building:{number}", "welcome.button.building", {"building": number}) for number in nearest)
        return (ask("welcome.no_such_building", row, (SKIP,), building=draft.get("building", "")),)
    return (ask("welcome.home", (SKIP,)),)


def _take_home(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered():
            return bound(draft, event)
        case Refused(_, "no_such_building", data):
            return Again(draft={**draft, "nearest": list(data.get("nearest", []))})
        case Refused(_, "no_such_room"):
            return Go("room", {**draft, "room": "", "nearest": []}, (say("welcome.no_such_room", building=draft.get("building", "")),))
        case Refused():
            return Again((say("welcome.bad_code"),))
        case Chose(value) if value.startswith("building:"):
            return _home({**draft, "building": value.removeprefix("building:"), "nearest": []})
        case Said(text):
            return _typed_home(draft, text, ctx)
    return otherwise(draft, event, ctx)


def _is_matter(text: str, ctx: Context) -> bool:
    """"3栋2单元灯不亮" names a home and means a lamp."""
    return bool(understand(text, ctx.lexicon, ctx.places).categories)


def _typed_home(draft: Json, text: str, ctx: Context) -> Move:
    if _is_matter(text, ctx):
        return Done(hand_on=Said(text))
    found = parse_place(text, ctx.lexicon, ctx.places, expect="building")
    if found is not None and found.building:
        place = _parts(found)
        draft = {**draft, **place, "nearest": []}
        return _home(draft) if found.known else Do((_bind(draft),), draft)
    if _looks_like_code(text, ctx):
        return Do((BindCode(text.strip()),), draft)
    if command(text, ctx.lexicon) in ("no", "dont_know"):
        return Done((say("welcome.skipped"),))
    return Done(hand_on=Said(text))


def _looks_like_code(text: str, ctx: Context) -> bool:
    """Letters and digits in one piece, as long as a code: no sentence of a person looks so."""
    said = text.strip().replace("-", "").replace("_", "")
    return len(said) >= ctx.settings["welcome"]["code_length"] and said.isascii() and said.isalnum() and any(c.isdigit() for c in said)


def _parts(found: Any) -> Json:
    return {name: getattr(found, name) or "" for name in HOME_PARTS}


def _home(draft: Json) -> Move:
    """Bind when the room is known, else ask for it."""
    return Do((_bind(draft),), draft) if draft.get("room") else Go("room", draft)


def _bind(draft: Json) -> BindHome:
    return BindHome(*(draft.get(name, "") for name in HOME_PARTS))


# --- room ---------------------------------------------------------------------------------------------------------------


def _ask_room(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (ask("welcome.room", (Option("building_only", "welcome.button.building_only"),), building=draft["building"]),)


def _take_room(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered():
            return bound(draft, event)
        case Refused(_, "no_such_room"):
            return Again((say("welcome.no_such_room", building=draft["building"]),), {**draft, "room": ""})
        case Refused():
            return Go("home", {})
        case Chose("building_only"):
            return Do((BindHome(draft["building"]),), draft)
        case Commanded("back", _):
            return Go("home", {})
        case Said(text) if _is_matter(text, ctx):
            return Done(hand_on=event)
        case Said(text):
            found = parse_place(text, ctx.lexicon, ctx.places, expect="room")
            if found is not None and (found.room or found.unit):
                told = {name: value for name, value in _parts(found).items() if value}
                draft = {**draft, **told}
                return Do((_bind(draft),), draft)
            if command(text, ctx.lexicon) in ("no", "dont_know"):
                return Do((BindHome(draft["building"]),), draft)
            return Done(hand_on=event)
    return otherwise(draft, event, ctx)


def bound(draft: Json, event: Answered | Refused) -> Move:
    if isinstance(event, Refused):
        return Go("home", {"tried": True}, (say("welcome.bad_code"),))
    place = {name: event.value.get(name) for name in HOME_PARTS}
    key = "welcome.bound" if event.value.get("verified") else "welcome.claimed"
    return Done((say(key, "receipt", place=place),))


def otherwise(draft: Json, event: Event, ctx: Context) -> Move:
    """What no step here asked for: leaving, anything that works at any time, or a matter, which goes first."""
    match event:
        case Chose("skip") | Commanded("cancel" | "back", _):
            return Done((say("welcome.skipped"),))
        case Said() | MediaSent() | Hazarded():
            return Done(hand_on=event)
        case Woke() | Answered() | Refused():
            return Again()
    return anytime(draft, event, ctx) or Again()


STEPS_OF_HOME = {"home": Step(_ask_home, _take_home), "room": Step(_ask_room, _take_room)}
