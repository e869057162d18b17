"""Ways out of a request: cancel with the offer to keep it a day, a call instead of typing, silence."""

from __future__ import annotations

from dialogs.anytime import anytime
from dialogs.context import Context
from dialogs.kernel import Again, Do, Done, Go, Move, Push
from dialogs.request_next import file, go, hand_to_staff, onward, put, said_words, told
from dialogs.request_read import is_urgent, whole_place
from dialogs.request_signs import answer, has, is_only
from dialogs.wishes import CallMe
from dialogs.words import (
    Chose,
    Commanded,
    ContactSent,
    Event,
    Hazarded,
    Json,
    MediaSent,
    Option,
    PlaceSent,
    Said,
    Saying,
    Wake,
    Woke,
    say,
)  # fmt: skip

# --- cancel -------------------------------------------------------------------------------------------------------------


def cancel(draft: Json) -> Move:
    """Nothing said yet: leave at once. Otherwise ask, because words and pictures would be lost."""
    if not (draft.get("words") or draft.get("media") or draft.get("held")):
        return Done((say("request.left"), Wake("draft", 0)))
    return go("cancel", draft)


def ask_cancel(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    rows = ((Option("drop", "request.button.drop"), Option("keep", "request.button.keep_day")), (Option("go_on", "request.button.go_on"),))
    return put("request.cancel", draft, ctx, *rows, **told(draft, ctx))


def take_cancel(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Chose("drop"):
            return _dropped()
        case Chose("keep"):
            return go("kept", draft)
        case Chose("go_on") | Commanded("back"):
            return onward(draft, ctx)
        case Commanded("cancel"):
            return _dropped()
        case Said(text) if has(text, "resume", ctx):
            return onward(draft, ctx)
        case Said(text) if answer(text, ctx) in ("yes", "no"):
            return _dropped() if answer(text, ctx) == "yes" else onward(draft, ctx)
    return Again()


def _dropped() -> Done:
    return Done((say("request.dropped"), Wake("draft", 0)))


def back(draft: Json, ctx: Context) -> Move:
    """One question back, to the last one that still makes sense."""
    trail = list(draft.get("trail", []))
    while trail:
        step = trail.pop()
        if _can_ask(step, draft):
            return Go(step, {**draft, "at": step, "trail": trail})
    return Again((say("anytime.no_way_back"),))


def _can_ask(step: str, draft: Json) -> bool:
    if step in ("unit", "floor"):
        return bool(draft.get("place", {}).get("building"))
    if step == "confirm":
        return bool(draft.get("category") and draft.get("quote"))
    return step != "heard" or bool(draft.get("category"))


# --- kept for a day -----------------------------------------------------------------------------------------------------


def ask_kept(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    row = (Option("go_on", "request.button.go_on"), Option("drop", "request.button.drop"))
    question, _ = put("request.kept", draft, ctx, row, **told(draft, ctx))
    return (question, Wake("draft", ctx.settings["request"]["draft_seconds"]))


def take_kept(draft: Json, event: Event, ctx: Context) -> Move:
    """The kept matter goes on when it is asked for; anything else is a new one above it."""
    match event:
        case Chose("go_on"):
            return onward(draft, ctx)
        case Chose("drop") | Commanded("cancel"):
            return _dropped()
        case Woke("draft"):
            return expired(draft, ctx)
        case Woke():
            return Again(reask=False)
        case Said(text) if is_only(text, "resume", ctx):
            return onward(draft, ctx)
        case Said() | MediaSent() | PlaceSent() | ContactSent() | Hazarded():
            return Push("request", {}, hand_on=event)
    return anytime({**draft, "trail": []}, event, ctx) or Again()


# --- call me, and silence -----------------------------------------------------------------------------------------------


def call_me(draft: Json, phone: str = "") -> Do:
    """A person asks to be phoned: nothing more need be known, and nothing that was said is lost."""
    words = "\n".join(part for part in (said_words(draft), phone) if part)
    return Do((CallMe(words, whole_place(draft), "", tuple(draft.get("media", ()))),), draft)


def expired(draft: Json, ctx: Context) -> Done:
    return Done((say("request.expired", **told(draft, ctx)),))


def woke(draft: Json, kind: str, ctx: Context) -> Move:
    """Nobody answered: what is urgent is filed, what was only spoken goes to staff, anything else is put away with a sentence."""
    if kind == "urgent" and is_urgent(draft, ctx):
        place = draft.get("place", {})
        return file(draft) if (place.get("building") or place.get("spot")) and draft.get("category") else hand_to_staff(draft)
    if kind == "voice":
        return hand_to_staff(draft)
    if kind == "draft":
        return expired(draft, ctx) if draft.get("words") or draft.get("media") else Done()
    return Again(reask=False)
