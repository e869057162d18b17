"""The alarm stands: every word of the person goes to staff; the bot asks what its kind needs to know, and otherwise keeps quiet.

Where the danger is private (violence, suicide) there is no menu, no case number and no rating, and once a human has
answered, the bot is silent but for "typing". "清屏" turns the screen harmless: from then on it says nothing at all.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogs.alarm_answers import says_hide, says_safe
from dialogs.alarm_facts import TIMER, buttons, facts, is_graver, is_private, line, of_kind, place_in, question, spoken, wake
from dialogs.context import Context
from dialogs.kernel import Again, Do, Done, Go, Move
from dialogs.wishes import AddToAlarm, CallMe, RaiseAlarm, StandDown
from dialogs.words import (
    Answered,
    Ask,
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
    Saying,
    Typing,
    Woke,
)  # fmt: skip

SAFE = "safe"


def begin_talk(draft: Json, ctx: Context) -> Json:
    """`draft` with the questions of its kind still to ask, the first of them open."""
    left = list(of_kind(draft["kind"], ctx)["questions"])
    if draft.get("place"):
        left = _without_place(left, ctx)
    return _next_question({**draft, "left": left, "fresh": True, "count": 0, "since": ctx.now.isoformat()})


def ask_talk(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    if draft.get("hidden"):
        return (Typing(), wake(ctx))
    return (_asked(draft, ctx), wake(ctx))


def _asked(draft: Json, ctx: Context) -> Ask:
    asked = draft.get("asked", "")
    private = is_private(draft, ctx)
    stay = "alarm.here" if private else "alarm.stay"
    options = facts(ctx)["questions"].get(asked, {}).get("options", [])
    raised = bool(draft.get("fresh")) and "case_id" in draft
    number = "" if private else draft.get("number", "")
    key = f"alarm.ask.{asked}" if asked else stay
    return question(key, ctx, buttons(options), () if private else buttons([SAFE]), raised=raised, number=number)


def _next_question(draft: Json) -> Json:
    left = list(draft.get("left", []))
    return {**draft, "asked": left[0] if left else "", "left": left[1:]}


def _without_place(left: list[str], ctx: Context) -> list[str]:
    return [name for name in left if not facts(ctx)["questions"][name].get("place")]


def take_talk(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered(wish, granted):
            return _granted(draft, wish, granted, ctx)
        case Refused():
            return Again((line("alarm.not_sent", ctx), wake(ctx)), reask=False)
        case Woke(kind):
            return Go("rest", draft) if kind == TIMER else Again((Typing(),), reask=False)
    draft = {**draft, "fresh": False}
    if "case_id" not in draft:
        return _raise_again(draft, event, ctx)
    match event:
        case Chose(value) if value == SAFE:
            return _stand_down(draft)
        case Chose(value):
            return _option(draft, value, ctx)
        case Hazarded(kind, text, _) if is_graver(kind, draft["kind"], ctx) and not is_private(draft, ctx):
            return _graver(draft, kind, text, ctx)
        case Said(text) | Hazarded(_, text, _):
            return _words(draft, text, ctx)
        case MediaSent(ref=ref, words=text):
            return _pass_on(draft, text, ctx, (ref,))
        case PlaceSent(latitude, longitude):
            return _pass_on(draft, f"{latitude:.5f}, {longitude:.5f}", ctx)
        case ContactSent(phone):
            return _pass_on(draft, phone, ctx)
        case Commanded(command, text):
            return _command(draft, command, text, ctx)
        case Opened():
            return Again((wake(ctx),), draft)
    return Again(draft=draft)


def _granted(draft: Json, wish: str, value: Json, ctx: Context) -> Move:
    if wish == "RaiseAlarm" and value["case_id"] == draft.get("case_id"):
        return Again((Typing(),), reask=False)
    if wish == "RaiseAlarm":
        return Go("talk", begin_talk({**draft, "case_id": value["case_id"], "number": value.get("number", "")}, ctx))
    if wish == "StandDown":
        key = "alarm.safe_private" if is_private(draft, ctx) else "alarm.safe"
        return Done((line(key, ctx, number=value.get("number", "")),))
    if wish == "CallMe":
        return Again((line("alarm.call", ctx, contact_by=value["contact_by"]), wake(ctx)), reask=False)
    return Again((Typing(),), {**draft, "acked": bool(value.get("acked"))}, reask=False)


def _raise_again(draft: Json, event: Event, ctx: Context) -> Move:
    """The alarm could not be stored before: whatever the person does now tries again."""
    said = getattr(event, "text", "") or getattr(event, "words", "")
    text = "\n".join(part for part in (draft.get("text", ""), said) if part)
    return Do((RaiseAlarm(draft["kind"], text, draft.get("place", {}), True),), {**draft, "text": text})


def _stand_down(draft: Json) -> Do:
    return Do((StandDown(draft["case_id"], SAFE),), draft)


def _graver(draft: Json, kind: str, text: str, ctx: Context) -> Do:
    """Something worse on top of it (in the stuck lift somebody collapses): an alarm of its own; intake has shown its numbers."""
    place = place_in(text, ctx) or draft.get("place", {})
    return Do((RaiseAlarm(kind, text, place, True),), {**draft, "kind": kind, "text": text, "place": place})


def _option(draft: Json, value: str, ctx: Context) -> Move:
    """A tapped answer: staff read it, the person gets the one sentence that belongs to it, then the next question."""
    if value not in facts(ctx)["spoken"]["zh"]:
        return Again(draft=draft)
    words = spoken(value, ctx)
    if value == "call":
        return Do((CallMe(words, draft.get("place", {}), draft["case_id"]),), {**draft, "asked": ""}, (wake(ctx),))
    if value in facts(ctx)["stops"]["options"]:
        draft = {**draft, "left": []}
    draft = _next_question(draft)
    says: tuple[Saying, ...] = (line(f"alarm.after.{value}", ctx),)
    if draft["asked"]:
        says = (*says, _asked(draft, ctx))
    return Do((AddToAlarm(draft["case_id"], words),), draft, (*says, wake(ctx)))


def _words(draft: Json, text: str, ctx: Context) -> Move:
    known = facts(ctx)
    private = is_private(draft, ctx)
    if says_hide(text, known["safe"]) and private:
        hidden = {**draft, "hidden": True, "asked": "", "left": []}
        return Do((AddToAlarm(draft["case_id"], text),), hidden, (line("alarm.neutral", ctx), wake(ctx)))
    # Words of a person who may want to die are never taken for the end of the danger: staff decide that.
    rests = of_kind(draft["kind"], ctx).get("form_rests")
    if not rests and says_safe(text, known["safe"], known["limits"]["safe_length"]):
        return _stand_down(draft)
    asked = known["questions"].get(draft.get("asked", ""), {})
    number = text.strip()
    if asked.get("numbered") and number.isdigit() and 1 <= int(number) <= len(asked["options"]):
        return _option(draft, asked["options"][int(number) - 1], ctx)
    return _pass_on(draft, text, ctx)


def _pass_on(draft: Json, text: str, ctx: Context, media: tuple[str, ...] = ()) -> Do:
    """Every word and picture to staff; an answer leads to the next question, anything else is acknowledged sparingly."""
    wish: AddToAlarm | RaiseAlarm = AddToAlarm(draft["case_id"], text, media)
    place = place_in(text, ctx)
    if place:
        # Raised again, the same alarm learns the place; only soon after, because later it would be a new one.
        if not media and _is_young(draft, ctx):
            wish = RaiseAlarm(draft["kind"], text, place)
        draft = {**draft, "place": place, "left": _without_place(draft.get("left", []), ctx)}
    draft = {**draft, "count": draft.get("count", 0) + 1}
    if draft.get("hidden") or (draft.get("acked") and is_private(draft, ctx)):
        return Do((wish,), draft, (Typing(), wake(ctx)))
    answered = draft.get("asked", "")
    if answered:
        draft = _next_question(draft)
        return Do((wish,), draft, (*_after(answered, draft, ctx), wake(ctx)))
    often = facts(ctx)["limits"]["acknowledge_every"]
    ack: Saying = _asked(draft, ctx) if draft["count"] % often == 0 else Typing()
    return Do((wish,), draft, (ack, wake(ctx)))


def _is_young(draft: Json, ctx: Context) -> bool:
    within = timedelta(seconds=facts(ctx)["limits"]["learn_place"])
    return "since" in draft and ctx.now - datetime.fromisoformat(draft["since"]) < within


def _after(answered: str, draft: Json, ctx: Context) -> tuple[Saying, ...]:
    """What an answer in words is met with: its own sentence where it has one, then the next question or "noted"."""
    after = facts(ctx)["questions"][answered].get("after", "")
    says: tuple[Saying, ...] = (line(f"alarm.after.{after}", ctx),) if after else ()
    if draft["asked"]:
        return (*says, _asked(draft, ctx))
    if says:
        return says
    row = () if is_private(draft, ctx) else buttons([SAFE])
    return (question("alarm.here" if is_private(draft, ctx) else "alarm.noted", ctx, row, raised=False, number=""),)


def _command(draft: Json, command: str, text: str, ctx: Context) -> Move:
    """Words that end or leave any other dialog don't end this one; staff read them all the same."""
    private = "_private" if is_private(draft, ctx) else ""
    if draft.get("hidden"):
        said: tuple[Saying, ...] = (Typing(),)
    elif command == "human":
        said = (line(f"alarm.human{private}", ctx, acked=bool(draft.get("acked"))),)
    elif command == "cancel":
        said = (line(f"alarm.cancel.{draft['kind']}" if private else "alarm.cancel.other", ctx),)
    else:
        said = (line("alarm.here", ctx),) if private else (_asked({**draft, "asked": ""}, ctx),)
    return Do((AddToAlarm(draft["case_id"], text),), draft, (*said, wake(ctx)))
