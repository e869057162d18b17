"""Meeting somebody: what this program is, what it stores, and three optional steps. It never stands before a matter.

Opened by a payload: "" (hello and the menu), "lang", "privacy", "consent", "bind", or a binding code of `linli codes`.
Whatever is said here that is no answer is handed on as a matter. A home is stored only after consent.
"""

from __future__ import annotations

from typing import Any

from dialogs.anytime import anytime
from dialogs.context import Context
from dialogs.entries import menu
from dialogs.kernel import Again, Dialog, Do, Done, Go, Move, Step
from dialogs.understand import command, parse_place
from dialogs.wishes import BindCode, BindHome, GiveConsent, SetLanguage
from dialogs.words import (
    Answered,
    Chose,
    Commanded,
    Event,
    Hazarded,
    Json,
    MediaSent,
    Opened,
    Option,
    Refused,
    Said,
    Saying,
    Woke,
    ask,
    say,
)

SKIP = Option("skip", "welcome.button.skip")
HOME_PARTS = ("building", "unit", "room")


# --- open: which step? --------------------------------------------------------------------------------------------------


def _ask_open(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (say("welcome.hello"), menu())


def _take_open(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered() | Refused():
            return _bound(draft, event)
        case Opened("lang"):
            return Go("language", draft)
        case Opened("privacy"):
            privacy = say("welcome.privacy", "receipt")
            return Done((privacy,)) if _has_consent(ctx) else Go("consent", draft, (privacy,))
        case Opened("consent"):
            return Go("consent", draft)
        case Opened("bind"):
            return Go("home", draft) if _has_consent(ctx) else Go("consent", {**draft, "next": "home"})
        case Opened("" | "menu"):
            return Done((say("welcome.hello"), menu()))
        case Opened(payload) if payload.startswith("unknown:"):
            return Done((say("anytime.cannot_read"), menu()))
        case Opened(code):
            draft = {**draft, "code": code}
            return Do((BindCode(code),), draft) if _has_consent(ctx) else Go("consent", draft)
    return Done(hand_on=event)


def _has_consent(ctx: Context) -> bool:
    return bool(ctx.who.consent == ctx.settings["consent_version"])


# --- language -----------------------------------------------------------------------------------------------------------


def _ask_language(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (ask("welcome.language", (Option("zh", literal="中文"), Option("en", literal="English"))),)


def _take_language(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Chose("zh" | "en" as language):
            return Do((SetLanguage(language),), draft)
        case Answered() | Refused():
            return Done((say("welcome.language_set", "receipt"),))
    return _otherwise(draft, event, ctx)


# --- consent ------------------------------------------------------------------------------------------------------------


def _ask_consent(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    row = (Option("agree", "welcome.button.agree"), Option("later", "welcome.button.later"), Option("full", "welcome.button.full"))
    return (ask("welcome.consent", row),)


def _take_consent(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered("GiveConsent"):
            return _after_consent(draft)
        case Answered("BindCode") | Refused("BindCode"):
            return _bound(draft, event)
        case Refused():
            return Done((say("welcome.declined"),))
        case Chose("full"):
            return Again((say("welcome.privacy", "receipt"),))
        case Chose("agree"):
            return _agree(draft, ctx)
        case Said(text) if command(text, ctx.lexicon) == "yes":
            return _agree(draft, ctx)
        case Chose("later") | Commanded("cancel" | "back", _):
            return Done((say("welcome.declined"),))
        case Said(text) if command(text, ctx.lexicon) == "no":
            return Done((say("welcome.declined"),))
    return _otherwise(draft, event, ctx)


def _agree(draft: Json, ctx: Context) -> Do:
    return Do((GiveConsent(ctx.settings["consent_version"]),), draft)


def _after_consent(draft: Json) -> Move:
    thanks = say("welcome.agreed", "receipt")
    if draft.get("code"):
        return Do((BindCode(draft["code"]),), draft, (thanks,))
    return Go("home", draft, (thanks,)) if draft.get("next") == "home" else Done((thanks,))


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
            return _bound(draft, event)
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
    return _otherwise(draft, event, ctx)


def _typed_home(draft: Json, text: str, ctx: Context) -> Move:
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
            return _bound(draft, event)
        case Refused(_, "no_such_room"):
            return Again((say("welcome.no_such_room", building=draft["building"]),), {**draft, "room": ""})
        case Refused():
            return Go("home", {})
        case Chose("building_only"):
            return Do((BindHome(draft["building"]),), draft)
        case Commanded("back", _):
            return Go("home", {})
        case Said(text):
            found = parse_place(text, ctx.lexicon, ctx.places, expect="room")
            if found is not None and (found.room or found.unit):
                told = {name: value for name, value in _parts(found).items() if value}
                draft = {**draft, **told}
                return Do((_bind(draft),), draft)
            if command(text, ctx.lexicon) in ("no", "dont_know"):
                return Do((BindHome(draft["building"]),), draft)
            return Done(hand_on=event)
    return _otherwise(draft, event, ctx)


def _bound(draft: Json, event: Answered | Refused) -> Move:
    if isinstance(event, Refused):
        return Go("home", {"tried": True}, (say("welcome.bad_code"),))
    place = {name: event.value.get(name) for name in HOME_PARTS}
    key = "welcome.bound" if event.value.get("verified") else "welcome.claimed"
    return Done((say(key, "receipt", place=place),))


def _otherwise(draft: Json, event: Event, ctx: Context) -> Move:
    """What no step here asked for: leaving, anything that works at any time, or a matter, which goes first."""
    match event:
        case Chose("skip") | Commanded("cancel" | "back", _):
            return Done((say("welcome.skipped"),))
        case Said() | MediaSent() | Hazarded():
            return Done(hand_on=event)
        case Woke() | Answered() | Refused():
            return Again()
    return anytime(draft, event, ctx) or Again()


WELCOME = Dialog(
    "welcome",
    1,
    {
        "open": Step(_ask_open, _take_open),
        "language": Step(_ask_language, _take_language),
        "consent": Step(_ask_consent, _take_consent),
        "home": Step(_ask_home, _take_home),
        "room": Step(_ask_room, _take_room),
    },
)
