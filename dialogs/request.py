"""A request: from a photo, a voice message, a place or a few words to a filed case with a number and a date.

Every step hears the same things first, in this order: answers of the world, timers, words that work at any time, a danger,
pictures and positions, fragments to be held. Only then the step's own question. What comes next is decided in request_next.py.
"""

from __future__ import annotations

from dialogs import request_confirm as confirming
from dialogs import request_leave as leaving
from dialogs import request_matter as matter
from dialogs import request_place as where
from dialogs.anytime import anytime
from dialogs.context import Context
from dialogs.kernel import Again, AskStep, Dialog, Do, Done, Move, Step, TakeStep
from dialogs.places import Part
from dialogs.request_filed import ask_filed, filed, take_filed
from dialogs.request_held import TIMER, held_text, hold, released
from dialogs.request_media import take_media, take_pin
from dialogs.request_next import file, go, onward
from dialogs.request_read import is_urgent, read, with_home
from dialogs.understand import command
from dialogs.wishes import UndoCase
from dialogs.words import (
    Answered,
    Chose,
    Commanded,
    ContactSent,
    Event,
    Hazarded,
    Json,
    MediaSent,
    Opened,
    PlaceSent,
    Refused,
    Said,
    Wake,
    Woke,
    say,
)  # fmt: skip

EXPECTS: dict[str, Part] = {"place": "building", "unknown": "building", "unit": "unit", "floor": "floor"}
"""What a bare "2" means at a step."""
OWN_SOLVED = frozenset({"start", "photo", "cancel"})
"""Where "好了" does not mean that the matter has solved itself."""
OWN_MEDIA = frozenset({"consent"})


def _step(name: str, ask: AskStep, own: TakeStep) -> Step:
    def take(draft: Json, event: Event, ctx: Context) -> Move:
        draft = {**draft, "at": name}
        match event:
            case Answered() | Refused():
                return _granted(draft, event, ctx)
            case Woke(kind) if kind != TIMER:
                return leaving.woke(draft, kind, ctx)
            case Woke() if not draft.get("held"):
                return Again(reask=False)
            case Woke():
                return own(released(draft), Said(held_text(draft)), ctx)
        if name != "start":
            draft = {**draft, "new": False}
        if isinstance(event, Said) and name not in OWN_SOLVED and command(event.text, ctx.lexicon) == "solved":
            return leaving.cancel(draft)
        if isinstance(event, Said):
            return hold(draft, event.text, ctx, EXPECTS.get(name)) or own(released(draft), Said(held_text(draft, event.text)), ctx)
        return _other(_with_held(draft, name, ctx), event, ctx, own)

    return Step(ask, take)


def _with_held(draft: Json, name: str, ctx: Context) -> Json:
    """Held fragments stand in front of whatever comes now."""
    return read(released(draft), held_text(draft), ctx, EXPECTS.get(name)) if draft.get("held") else draft


def _other(draft: Json, event: Event, ctx: Context, own: TakeStep) -> Move:
    """Events that mean the same at every step; a step's own buttons are its own affair."""
    match event:
        case Commanded("cancel") if draft["at"] != "cancel":
            return leaving.cancel(draft)
        case Commanded("back", text) if draft["at"] != "cancel":
            return confirming.change(draft, text, ctx) or leaving.back(draft, ctx)
        case Hazarded() if draft["at"] != "similar":
            return _hazard(draft, event, ctx)
        case MediaSent() if draft["at"] not in OWN_MEDIA:
            return take_media(draft, event, ctx)
        case PlaceSent():
            return take_pin(draft, event, ctx)
        case ContactSent(phone):
            return leaving.call_me(draft, phone)
        case Chose("call"):
            return leaving.call_me(draft)
        case Chose(value) if value.startswith("undo:"):
            return Do((UndoCase(value.removeprefix("undo:")),), draft)
        case Commanded() | Opened():
            return anytime(draft, event, ctx) or own(draft, event, ctx)
        case Chose(value) if value.startswith(("menu:", "case:", "confirm:")):
            return anytime(draft, event, ctx) or Again()
    return own(draft, event, ctx)


def _hazard(draft: Json, event: Hazarded, ctx: Context) -> Move:
    """A danger that is no alarm (any more). A true one makes the matter urgent; its words are words all the same."""
    draft = {**draft, "media": [*draft.get("media", []), *event.media]}
    if not event.true:
        draft = {**draft, "calm": True}
        return matter.understood(draft, event.text, ctx) if event.text.strip() else onward(draft, ctx)
    draft = read({**draft, "hazard": event.kind, "heard": True}, event.text, ctx)
    if not draft.get("category"):
        code = (draft.get("suggest") or [ctx.settings["request"]["hazards"].get(event.kind, event.kind)])[0]
        draft = {**draft, "category": code if code in ctx.categories else "", "suggest": []}
    return onward(draft, ctx)


# --- what the world answered --------------------------------------------------------------------------------------------


def _granted(draft: Json, event: Answered | Refused, ctx: Context) -> Move:
    if isinstance(event, Refused):
        return _refused(draft, event, ctx)
    value = event.value
    match event.wish:
        case "FindSimilar":
            return onward({**draft, "similar": value["cases"]}, ctx)
        case "Quote":
            return go("confirm", {**draft, "quote": value})
        case "OpenCase":
            return filed(with_home(draft, ctx), value, ctx)
        case "JoinCase":
            return confirming.joined(draft, value, ctx)
        case "GiveConsent":
            return file(draft)
        case "AskStaff":
            facts = {name: value.get(name) for name in ("number", "answer_by", "contact_by", "on_duty")}
            return Done((say("request.handed", "receipt", voice=bool(draft.get("voice")), **facts), Wake("draft", 0)))
        case "CallMe":
            return Done((say("request.called", "receipt", number=value.get("number", ""), contact_by=value["contact_by"]), Wake("draft", 0)))
        case "UndoCase":
            return _outside(draft, "request.undone")
    return Again(reask=False)


def _refused(draft: Json, event: Refused, ctx: Context) -> Move:
    """A refusal is told with the way on; the draft stays."""
    match event.wish, event.reason:
        case "OpenCase", "consent_missing":
            return go("consent", draft)
        case "OpenCase", "place_missing":
            return go("place", {**draft, "place": {}, "default": False, "away": True})
        case "OpenCase", "too_many":
            return go("kept", draft, say("request.too_many", limit=event.data.get("limit", 0)))
        case "JoinCase", _:
            return onward({**draft, "similar": draft["similar"][1:]}, ctx, say("request.join_refused"))
        case "UndoCase", _:
            return _outside(draft, "request.undo_too_late")
        case "Quote" | "FindSimilar", _ if is_urgent(draft, ctx):
            return file(draft)
    return go("kept", draft, say("request.refused"))


def _outside(draft: Json, key: str) -> Move:
    """An undo of a case that was filed before: a draft that is under way stays."""
    said = say(key, number="")
    return Again((said,)) if draft.get("words") or draft.get("media") else Done((said, Wake("draft", 0)))


def _take_kept(draft: Json, event: Event, ctx: Context) -> Move:
    return _granted(draft, event, ctx) if isinstance(event, Answered | Refused) else leaving.take_kept(draft, event, ctx)


REQUEST = Dialog(
    "request",
    1,
    {
        "start": _step("start", matter.ask_start, matter.take_start),
        "heard": _step("heard", matter.ask_heard, matter.take_heard),
        "suggest": _step("suggest", matter.ask_suggest, matter.take_pick),
        "groups": _step("groups", matter.ask_groups, matter.take_pick),
        "group": _step("group", matter.ask_group, matter.take_pick),
        "place": _step("place", where.ask_place, where.take_place),
        "unknown": _step("unknown", where.ask_unknown, where.take_unknown),
        "unit": _step("unit", where.ask_unit, where.take_unit),
        "floor": _step("floor", where.ask_floor, where.take_floor),
        "similar": _step("similar", confirming.ask_similar, confirming.take_similar),
        "confirm": _step("confirm", confirming.ask_confirm, confirming.take_confirm),
        "photo": _step("photo", confirming.ask_photo, confirming.take_photo),
        "consent": _step("consent", confirming.ask_consent, confirming.take_consent),
        "cancel": _step("cancel", leaving.ask_cancel, leaving.take_cancel),
        "kept": Step(leaving.ask_kept, _take_kept),
        "filed": Step(ask_filed, take_filed),
    },
)
