"""Understanding → draft: what one message adds to what is already known. Nothing is guessed, nothing said before is lost.

A draft holds: `words` (the person's own, line by line), `media`, `category` ("" while unknown) and `suggest` (codes to choose from),
`place`, `flags`, `hazard`; `default` is true while the place is the person's home and not what they said,
`calm` once a person said that there is no danger.
"""

from __future__ import annotations

from dialogs.context import Context
from dialogs.places import Part
from dialogs.request_signs import flags_in, has, since_in
from dialogs.understand import Place, parse_place, understand
from dialogs.words import Json

PARTS = ("building", "unit", "floor", "room", "spot")


def read(draft: Json, text: str, ctx: Context, expect: Part | None = None) -> Json:
    """`draft` with what `text` tells. `expect` names the part of a place that was asked for: a bare "2" then answers it."""
    text = text.strip()
    if not text:
        return draft
    draft = {**draft, "words": [*draft.get("words", []), text]}
    draft = read_place(draft, text, ctx, expect)
    draft = {**draft, "flags": {**draft.get("flags", {}), **flags_in(text, ctx)}}
    since = since_in(text, ctx)
    if since:
        draft = {**draft, "since": since}
    return draft if draft.get("category") or draft.get("staff") else read_matter(draft, text, ctx)


def read_matter(draft: Json, text: str, ctx: Context) -> Json:
    """`draft` with the category that `text` (or all that was said) is clearly about, or else with a few to choose from."""
    said = understand(text, ctx.lexicon, ctx.places).categories
    if not said:
        said = understand("\n".join(draft["words"]), ctx.lexicon, ctx.places).categories
    # A danger to life is never taken for granted here: the detector has heard these words and raised no alarm.
    known = [(code, score) for code, score in said if code in ctx.categories and not (draft.get("calm") and _is_danger(code, ctx))]
    if not known:
        return draft
    limits = ctx.settings["request"]
    best, score = known[0]
    leads = len(known) == 1 or score >= known[1][1] * limits["clear_lead"]
    if leads and score >= limits["clear_least"] and not _is_danger(best, ctx):
        return {**draft, "category": best, "suggest": []}
    return {**draft, "suggest": [code for code, _ in known[: limits["suggestions"]]]}


def _is_danger(code: str, ctx: Context) -> bool:
    return bool(ctx.categories[code].get("class") == "E0")


def read_place(draft: Json, text: str, ctx: Context, expect: Part | None = None) -> Json:
    """`draft` with the place that `text` names, line by line: "2" and then "2楼左手" answer two questions."""
    for line in text.splitlines():
        found = parse_place(line, ctx.lexicon, ctx.places, expect=expect)
        if found is not None and any(getattr(found, part) for part in PARTS):
            draft = _placed(draft, found)
            expect = None
    if has(text, "everywhere", ctx):
        draft = {**draft, "flags": {**draft.get("flags", {}), "whole_building": True}}
    return draft


def _placed(draft: Json, found: Place) -> Json:
    """`draft` with the parts that `found` has. Another building than before begins a new place; an unknown one is remembered."""
    said = {part: str(getattr(found, part)) for part in PARTS if getattr(found, part)}
    if "building" in said and not found.known:
        corrected = draft.get("place", {}) if draft.get("unknown") else {}
        return {**draft, "unknown": said.pop("building"), "place": {**corrected, **said}}
    old = dict(draft.get("place", {}))
    if "building" in said and (draft.get("default") or said["building"] != old.get("building", said["building"])):
        old = {}
    if "building" in said:
        draft = {**draft, "unknown": "", "default": False}
    return {**draft, "place": {**old, **said}}


def whole_place(draft: Json) -> Json:
    """The place of `draft` as a wish wants it."""
    return whole(draft.get("place", {}))


def whole(place: Json) -> Json:
    """A place with all its parts; what is unknown is None."""
    return {part: place.get(part) for part in PARTS}


def with_home(draft: Json, ctx: Context) -> Json:
    """`draft` at the person's home where they named no place (read back later, one tap to change); never over what they said."""
    home, place, needs = ctx.who.home, draft.get("place", {}), needed(draft, ctx)
    said = place.get("building") or place.get("spot") or draft.get("unknown") or draft.get("away")
    if said or not needs or not home or home["building"] not in ctx.places.buildings:
        return draft
    parts = ("building", "unit", "room") if "floor" in needs and not place else ("building", "unit")
    own = {part: str(home[part]) for part in parts if home.get(part)}
    return {**draft, "place": {**own, **place}, "default": True}


def needed(draft: Json, ctx: Context) -> list[str]:
    """The parts of a place that this category needs."""
    return list(ctx.settings["request"]["needs"].get(draft.get("category", ""), ["building"]))


def missing_place(draft: Json, ctx: Context) -> str:
    """The step that asks for what is still missing of the place: unknown, place, unit or floor; "" when it is enough."""
    needs, place, flags = needed(draft, ctx), draft.get("place", {}), draft.get("flags", {})
    if draft.get("staff"):
        return ""
    if draft.get("unknown") and needs:
        return "unknown"
    if not needs or (place.get("spot") and not place.get("building") and "floor" not in needs):
        return ""
    building = place.get("building")
    if not building:
        return "place"
    if "floor" in needs and not (place.get("floor") or place.get("room") or flags.get("whole_building") or flags.get("floor_unknown")):
        return "floor"
    if place.get("floor") and top_floor(place["floor"]) > floors_of(building, ctx):
        return "floor"
    units = units_of(building, ctx)
    if place.get("unit") and place["unit"] not in units:
        return "unit"
    if "unit" in needs and len(units) > 1 and not (place.get("unit") or flags.get("unit_unknown") or flags.get("whole_building")):
        return "unit"
    return ""


def units_of(building: str, ctx: Context) -> list[str]:
    """The numbers of the building's units."""
    return [str(n) for n in range(1, int(ctx.places.buildings[building]["units"]) + 1)]


def floors_of(building: str, ctx: Context) -> int:
    return int(ctx.places.buildings[building]["floors"])


def top_floor(floor: str) -> int:
    """The highest floor of "3" or "3-4"; 0 for a basement or anything else that is no number."""
    last = floor.rpartition("-")[2]
    return int(last) if last.isdigit() else 0


def is_urgent(draft: Json, ctx: Context) -> bool:
    """Whether this is filed first and asked about later: an E1 category, or a danger."""
    row = ctx.categories.get(draft.get("category", ""), {})
    return bool(draft.get("hazard")) or row.get("class") in ("E0", "E1")


def matter_names(code: str, ctx: Context) -> Json:
    """{"zh","en"}: the matter in plain words; the category's name where there are none."""
    row = ctx.categories.get(code, {})
    names: Json = ctx.settings["matters"].get(code) or {"zh": row.get("zh", code), "en": row.get("en", code)}
    return names
