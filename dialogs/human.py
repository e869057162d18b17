"""A human, at any time: the matter goes to the desk at once, with an honest date, and the suspended dialog comes back.

Open it with an event (`kernel.begin` or `Push(hand_on=…)`); the opening draft may carry what was said so far:
{"words", "place", "media"}. Steps: `open` hands over, `more` takes what belongs to it, `phone` asks which number to call.
"""

from __future__ import annotations

from dialogs.anytime import anytime
from dialogs.context import Context
from dialogs.kernel import Again, Dialog, Do, Done, Go, Move, Step
from dialogs.wishes import AddNote, AskStaff, CallMe, WithdrawCase
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
    Option,
    PlaceSent,
    Refused,
    Said,
    Saying,
    Wake,
    Woke,
    ask,
    say,
)  # fmt: skip

TIMER = "human"
CALL = Option("call", "human.button.call")
LEAVE = frozenset({"cancel", "back"})


# --- open: what is it about? --------------------------------------------------------------------------------------------


def _ask_open(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (ask("human.open", (CALL,), (Option("back", "human.button.back"),)), _timer(ctx))


def _take_open(draft: Json, event: Event, ctx: Context) -> Move:
    said, media = _content(event)
    match event:
        case Answered("AskStaff", value):
            return Go("more", {**draft, **value, "told": False})
        case Answered("CallMe", value):
            return Go("phone", {**draft, **value})
        case Refused():
            return Done((say("human.refused", "receipt"),))
        case Chose("call"):
            return Do((CallMe(draft.get("words", ""), draft.get("place", {}), "", tuple(draft.get("media", ()))),), draft)
        case Chose("back"):
            return Done((say("human.back"),))
        case Commanded(command, _) if command in LEAVE:
            return Done((say("human.back"),))
        case Commanded(command, _) if command != "human":
            return anytime(draft, event, ctx) or Again()
        case Chose() | Opened():
            return anytime(draft, event, ctx) or Again()
        case Hazarded():
            return Done(hand_on=event)
    words = "\n".join(part for part in (draft.get("words", ""), said) if part) or _bare_words(ctx)
    draft = {**draft, "words": words, "media": [*draft.get("media", []), *media]}
    return Do((AskStaff(words, place=draft.get("place", {}), media=tuple(draft["media"])),), draft)


# --- more: one message that belongs to it -------------------------------------------------------------------------------


def _ask_more(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    data = {name: draft.get(name, "") for name in ("answer_by", "contact_by", "on_duty", "number")}
    rows = ((CALL,), (Option("done", "human.button.done"), Option("never", "human.button.never")))
    return (ask("human.more", *rows, weight="receipt", **data, told=bool(draft.get("told"))), _timer(ctx))


def _take_more(draft: Json, event: Event, ctx: Context) -> Move:
    said, media = _content(event)
    match event:
        case Answered("AddNote"):
            return _noted(draft)
        case Answered("CallMe", value):
            return Go("phone", {**draft, "contact_by": value["contact_by"]})
        case Answered("WithdrawCase"):
            return Done((say("human.withdrawn", "receipt", number=draft["number"]),))
        case Answered():
            return Again()
        case Refused():
            return Done(_kept(draft))
        case Woke() | Chose("done"):
            return Done(_kept(draft) if isinstance(event, Chose) else ())
        case Chose("never"):
            return Do((WithdrawCase(draft["case_id"]),), draft)
        case Chose("call"):
            return Do((CallMe(draft.get("words", ""), draft.get("place", {}), draft["case_id"]),), draft)
        case Commanded("human", _):
            return Again(draft={**draft, "told": False})
        case Commanded(command, _) if command in LEAVE:
            return Done(_kept(draft))
        case Commanded():
            return anytime(draft, event, ctx) or Again()
        case Hazarded():
            return Done(_kept(draft), hand_on=event)
    if not said and not media:
        return anytime(draft, event, ctx) or Again()
    return Do((AddNote(draft["case_id"], said, media),), {**draft, "last": "media" if media else "words"})


def _kept(draft: Json) -> tuple[Saying, ...]:
    return (say("human.kept", "receipt", contact_by=draft["contact_by"]),)


def _noted(draft: Json) -> Move:
    """After words the suspended dialog comes back; after a picture more of the same album may still be on its way."""
    if draft.get("last") == "media":
        return Again(draft={**draft, "told": True})
    return Done((say("human.noted", "receipt", contact_by=draft["contact_by"]),))


# --- phone: which number? -----------------------------------------------------------------------------------------------


def _ask_phone(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (ask("human.phone", (Option("chat", "human.button.chat"),), weight="receipt", contact_by=draft["contact_by"]), _timer(ctx))


def _take_phone(draft: Json, event: Event, ctx: Context) -> Move:
    said, media = _content(event)
    match event:
        case Answered() | Refused():
            return Done((say("human.called", "receipt", contact_by=draft["contact_by"]),))
        case Woke():
            return Done()
        case Hazarded():
            return Done(hand_on=event)
        case Chose("chat") | Commanded("cancel" | "back", _):
            return Done((say("human.called", "receipt", contact_by=draft["contact_by"]),))
        case Commanded(command, _) if command != "human":
            return anytime(draft, event, ctx) or Again()
    if not said and not media:
        return anytime(draft, event, ctx) or Again()
    return Do((AddNote(draft["case_id"], said, media),), draft)


def _timer(ctx: Context) -> Wake:
    return Wake(TIMER, ctx.settings["human"]["silence_seconds"])


def _content(event: Event) -> tuple[str, tuple[str, ...]]:
    """What an event brings for staff to read: words and media."""
    match event:
        case Said(text):
            return text, ()
        case MediaSent(ref=ref, words=words):
            return words, (ref,)
        case ContactSent(phone):
            return phone, ()
        case PlaceSent(latitude, longitude):
            return f"{latitude:.5f}, {longitude:.5f}", ()
        case Commanded("human", text):
            return text, ()
    return "", ()


def _bare_words(ctx: Context) -> str:
    """What staff read when somebody asked for a human and said nothing else."""
    words = ctx.settings["human"]["words"]
    return str(words.get(ctx.who.language, words["zh"]))


HUMAN = Dialog("human", 1, {"open": Step(_ask_open, _take_open), "more": Step(_ask_more, _take_more), "phone": Step(_ask_phone, _take_phone)})
