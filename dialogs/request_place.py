"""Steps about the place: where (`place`), a building that doesn't exist (`unknown`), which unit, which floor.

A building is never guessed: an unknown one is refused with the nearest three. What a person doesn't know is left open.
"""

from __future__ import annotations

from dialogs.context import Context
from dialogs.kernel import Again, Move
from dialogs.places import Part
from dialogs.request_next import CALL, onward, put, told
from dialogs.request_read import floors_of, missing_place, read, top_floor, units_of, whole
from dialogs.request_signs import answer
from dialogs.understand import nearest
from dialogs.words import Chose, Event, Json, Option, Said, Saying, say

UNKNOWN = Option("unknown", "request.button.unknown")
SPOT_CHARACTERS = 60


# --- place: where? ------------------------------------------------------------------------------------------------------


def ask_place(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    at_home = "floor" in ctx.settings["request"]["needs"].get(draft.get("category", ""), ())
    key = "request.place_again" if draft.get("asked_place") else "request.place_home" if at_home else "request.place"
    home = (Option("home", "request.button.place", {"place": ctx.who.home}),) if ctx.who.home else ()
    return put(key, draft, ctx, home, (CALL,), heard=bool(draft.get("heard") or draft.get("away")), **told(draft, ctx))


def take_place(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Chose("home") if ctx.who.home:
            return onward({**draft, "away": False, "unknown": "", "place": {}}, ctx)
        case Said(text):
            found = read(draft, text, ctx, "building")
            if found.get("place") != draft.get("place") or found.get("unknown"):
                return onward(found, ctx)
            return _no_place(found, text, ctx)
    return onward(draft, ctx)


def _no_place(draft: Json, text: str, ctx: Context) -> Move:
    """No place in these words. The second time they are taken as they are, where a person can find the spot by them."""
    at_home = "floor" in ctx.settings["request"]["needs"].get(draft.get("category", ""), ())
    if draft.get("asked_place") and not at_home and answer(text, ctx) is None:
        return onward({**draft, "place": {**draft.get("place", {}), "spot": text.strip()[:SPOT_CHARACTERS]}}, ctx)
    return onward({**draft, "asked_place": True}, ctx)


# --- unknown: there is no such building ---------------------------------------------------------------------------------


def ask_unknown(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    near = nearest(draft.get("unknown", ""), ctx.places)
    row = tuple(Option(f"b:{number}", "request.button.building", {"building": number}) for number in near)
    return put("request.unknown", draft, ctx, row, building=draft.get("unknown", ""), ranges=_ranges(ctx))


def _ranges(ctx: Context) -> list[list[str]]:
    """The buildings there are, as runs: [["1","11"],["14","14"]]."""
    runs: list[list[str]] = []
    for number in sorted(ctx.places.buildings, key=lambda n: (not n.isdigit(), int(n) if n.isdigit() else 0, n)):
        if runs and number.isdigit() and runs[-1][1].isdigit() and int(number) == int(runs[-1][1]) + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def take_unknown(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Chose(value) if value.startswith("b:") and value.removeprefix("b:") in ctx.places.buildings:
            place = {**draft.get("place", {}), "building": value.removeprefix("b:")}
            return onward({**draft, "unknown": "", "place": place}, ctx)
        case Said(text):
            return onward(read(draft, text, ctx, "building"), ctx)
    return onward(draft, ctx)


# --- unit ---------------------------------------------------------------------------------------------------------------


def ask_unit(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    place = draft["place"]
    units = units_of(place["building"], ctx)
    wrong = place.get("unit", "") if place.get("unit") not in units else ""
    row = tuple(Option(f"u:{unit}", literal=unit) for unit in units)
    return put("request.unit", draft, ctx, row, (UNKNOWN,), place=whole({**place, "unit": None}), units=units, wrong=wrong)


def take_unit(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Chose(value) if value.startswith("u:"):
            return onward({**draft, "place": {**draft["place"], "unit": value.removeprefix("u:")}}, ctx)
        case Chose("unknown"):
            return onward(_open_end(draft, "unit"), ctx)
        case Said(text) if answer(text, ctx) == "unknown":
            return onward(_open_end(draft, "unit"), ctx)
        case Said(text):
            return _answered(draft, text, "unit", ctx)
    return onward(draft, ctx)


def _open_end(draft: Json, part: str) -> Json:
    """`draft` without this part of the place, and with the flag that says that the person doesn't know it."""
    place = {name: value for name, value in draft["place"].items() if name != part}
    return {**draft, "place": place, "flags": {**draft.get("flags", {}), f"{part}_unknown": True}}


def _answered(draft: Json, text: str, part: Part, ctx: Context) -> Move:
    """What was said about a unit or floor. A second answer that can't be read leaves it open: nobody is asked three times."""
    found = read(draft, text, ctx, part)
    if missing_place(found, ctx) != part or found["place"].get(part) != draft["place"].get(part):
        return onward(found, ctx)
    asked = f"asked_{part}"
    if draft.get(asked):
        return onward(_open_end(found, part), ctx)
    return Again((say("request.not_a_place"),), {**found, asked: True})


# --- floor --------------------------------------------------------------------------------------------------------------


def ask_floor(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    place = draft["place"]
    floors = floors_of(place["building"], ctx)
    wrong = place.get("floor", "") if top_floor(place.get("floor") or "") > floors else ""
    row = (Option("whole", "request.button.whole"), UNKNOWN)
    return put("request.floor", draft, ctx, row, place=whole({**place, "floor": None}), floors=floors, wrong=wrong)


def take_floor(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Chose("whole"):
            draft = _open_end(draft, "floor")
            return onward({**draft, "flags": {**draft["flags"], "floor_unknown": False, "whole_building": True}}, ctx)
        case Chose("unknown"):
            return onward(_open_end(draft, "floor"), ctx)
        case Said(text) if answer(text, ctx) == "unknown":
            return onward(_open_end(draft, "floor"), ctx)
        case Said(text):
            return _answered(draft, text, "floor", ctx)
    return onward(draft, ctx)
