"""More on one of my cases: words and pictures that belong to it, or withdrawing it. Steps of the dialog cases."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogs.anytime import anytime
from dialogs.context import Context
from dialogs.kernel import Again, Do, Done, Go, Move, Step
from dialogs.understand import command
from dialogs.wishes import AddNote, ShowCase, WithdrawCase
from dialogs.words import Answered, Chose, Commanded, Event, Hazarded, Json, MediaSent, Option, Refused, Said, Saying, ask, say


def show(draft: Json, case: Json, ctx: Context) -> Go:
    """Go to the step that shows `case`, as it is now."""
    return Go("show", {**draft, "case": case, "since": ctx.now.isoformat()})


# --- note: more words and pictures --------------------------------------------------------------------------------------


def is_recent(draft: Json, ctx: Context) -> bool:
    """Whether the case was looked at a moment ago. Later, what a person sends is a new matter and not more of this one."""
    since = draft.get("since")
    idle = timedelta(seconds=ctx.settings["cases"]["idle_seconds"])
    return since is not None and ctx.now - datetime.fromisoformat(since) <= idle


def add(draft: Json, event: Said | MediaSent, ctx: Context) -> Do:
    """Into the case; the event is kept, in case it turns out to be another matter."""
    held: Json = {"text": event.text} if isinstance(event, Said) else {"media": [event.kind, event.ref, event.words, event.seconds]}
    words, media = (event.text, ()) if isinstance(event, Said) else (event.words, (event.ref,))
    return Do((AddNote(draft["case"]["case_id"], words, media),), {**draft, "held": held, "since": ctx.now.isoformat()})


def _ask_note(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    number = draft["case"]["number"]
    if draft.get("added"):
        return (ask("cases.noted", (Option("done", "cases.button.done"), Option("new", "cases.button.new")), weight="receipt", number=number),)
    return (ask("cases.note", (Option("show", "cases.button.back"),), number=number),)


def _take_note(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered("AddNote"):
            return Again(draft={**draft, "added": True})
        case Answered("ShowCase", value):
            return show(draft, value, ctx)
        case Refused("AddNote"):
            return Do((ShowCase(draft["case"]["case_id"]),), draft, (say("cases.note_closed", number=draft["case"]["number"]),))
        case Refused():
            return Done((say("cases.not_found"),))
        case Chose("new") if "held" in draft:
            held = draft["held"]
            return Done(hand_on=Said(held["text"]) if "text" in held else MediaSent(*held["media"]))
        case Chose("done") | Commanded("cancel", _):
            return Done((say("cases.left"),))
        case Chose("show") | Commanded("back", _):
            return Do((ShowCase(draft["case"]["case_id"]),), draft)
        case Said() | MediaSent() if is_recent(draft, ctx):
            return add(draft, event, ctx)
        case Said() | MediaSent() | Hazarded():
            return Done(hand_on=event)
    return anytime(draft, event, ctx) or Again()


# --- withdraw: asked once -----------------------------------------------------------------------------------------------


def _ask_withdraw(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    case = draft["case"]
    row = (Option("withdraw", "cases.button.withdraw_yes"), Option("keep", "cases.button.keep"))
    return (ask("cases.withdraw", row, number=case["number"], category=case["category"]),)


def _take_withdraw(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered("WithdrawCase", value):
            key = "cases.withdrawn_hazard" if value.get("hazard_stays") else "cases.withdrawn"
            return Done((say(key, "receipt", number=value["number"]),))
        case Refused(_, reason):
            return Done((say("cases.not_found" if reason == "not_found" else "cases.not_now", number=draft["case"]["number"]),))
        case Chose("withdraw"):
            return _withdraw(draft)
        case Said(text) if command(text, ctx.lexicon) == "yes":
            return _withdraw(draft)
        case Chose("keep") | Commanded("back" | "cancel", _):
            return Done((say("cases.kept", number=draft["case"]["number"]),))
        case Said(text) if command(text, ctx.lexicon) == "no":
            return Done((say("cases.kept", number=draft["case"]["number"]),))
        case Said() | MediaSent() | Hazarded():
            return Done((say("cases.kept", number=draft["case"]["number"]),), hand_on=event)
    return anytime(draft, event, ctx) or Again()


def _withdraw(draft: Json) -> Do:
    return Do((WithdrawCase(draft["case"]["case_id"]),), draft)


STEPS_OF_MORE = {"note": Step(_ask_note, _take_note), "withdraw": Step(_ask_withdraw, _take_withdraw)}
