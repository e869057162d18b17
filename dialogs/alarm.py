"""Somebody is in danger: the numbers are on the screen already (intake shows them); here staff are alerted and the bot stays.

Steps: `open` begins, `check` asks whether it happens at all, `talk` passes on every word until the person is safe, `rest`
is an alarm that went quiet. "算了" in danger is not a cancel. A hazard that is no alarm goes back as `Hazarded`.
Opened without a kind (the 🆘 entry) it asks what has happened.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs.alarm_answers import rest_of_no, yes_or_no
from dialogs.alarm_facts import TIMER, buttons, facts, is_private, line, numbers, of_kind, place_in, question, spoken, wake
from dialogs.alarm_talk import ask_talk, begin_talk, take_talk
from dialogs.anytime import anytime
from dialogs.context import Context
from dialogs.kernel import Again, Dialog, Do, Done, Frame, Go, Move, Push, Step
from dialogs.wishes import AddToAlarm, RaiseAlarm
from dialogs.words import Answered, Chose, Commanded, Event, Hazarded, Json, MediaSent, Opened, Refused, Said, Saying, Typing, Woke


def hears(frame: Frame) -> bool:
    """Whether an open alarm takes a new danger itself (as `Hazarded`), instead of a second alarm being opened above it."""
    return frame.dialog == ALARM.name and frame.step != "rest"


# --- open: begin, or ask what has happened ------------------------------------------------------------------------------


def _ask_open(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    if draft.get("kind"):
        return ask_talk(draft, ctx)
    kinds = [(button,) for button in buttons(facts(ctx)["order"])]
    rows = [(*a, *b) for a, b in zip(kinds[::2], [*kinds[1::2], ()], strict=False)]
    return (question("alarm.sos", ctx, *rows), wake(ctx, "check_after"))


def _take_open(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered() | Refused():
            return _raised(draft, event, ctx)
        case _ if not draft.get("kind"):
            return _name_kind(draft, event, ctx)
        case MediaSent(ref=ref):
            draft = {**draft, "media": [ref]}
    return _begin(draft, ctx)


def _name_kind(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Chose(value) if value in facts(ctx)["kinds"]:
            begun = _begin({**draft, "kind": value, "text": spoken("sos", ctx), "check": False, "inform": False}, ctx)
            return replace(begun, says=(numbers(value, ctx), *begun.says))
        case Hazarded(kind, text, _):
            return _begin({**draft, "kind": kind, "text": text, "check": False, "inform": False}, ctx)
        case Opened() | Chose():
            return Again()
        case Woke():
            return Done()
        case Said() | MediaSent():
            return Done(hand_on=event)
    return anytime(draft, event, ctx) or Done(says=(line("alarm.nothing", ctx),))


def _begin(draft: Json, ctx: Context) -> Go | Do:
    """Raise the alarm at once, or ask first where it may be over or is a hazard only."""
    inform = bool(draft.get("inform")) or (draft.get("check") and is_private(draft, ctx))
    if of_kind(draft["kind"], ctx).get("hazard") or (draft.get("check") and not inform):
        return Go("check", draft)
    return _raise(draft, ctx, confirmed=not draft.get("check"))


def _raise(draft: Json, ctx: Context, *, confirmed: bool, says: tuple[Saying, ...] = ()) -> Do:
    place = draft.get("place") or place_in(draft.get("text", ""), ctx)
    draft = {**draft, "place": place, "confirmed": confirmed}
    return Do((RaiseAlarm(draft["kind"], draft.get("text", ""), place, confirmed),), draft, says)


def _raised(draft: Json, event: Answered | Refused, ctx: Context) -> Move:
    """The alarm stands (or could not be stored: then the person is told to phone and their next words try again)."""
    draft = dict(draft)
    if isinstance(event, Answered) and "case_id" in event.value:
        draft = {**draft, "case_id": event.value["case_id"], "number": event.value.get("number", "")}
        media = tuple(draft.pop("media", ()))
        if media:
            return Do((AddToAlarm(draft["case_id"], "", media),), {**draft, "attaching": True})
    elif isinstance(event, Refused) and "case_id" not in draft:
        return Go("talk", begin_talk(draft, ctx), (line("alarm.not_sent", ctx),))
    draft.pop("attaching", None)
    return Go("talk", begin_talk(draft, ctx)) if draft.get("confirmed", True) else Go("check", draft)


# --- check: does it happen now? -----------------------------------------------------------------------------------------


def _ask_check(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    check = of_kind(draft["kind"], ctx)["check"]
    limit = "rest_after" if is_private(draft, ctx) else "check_after"
    row = tuple(buttons([f"{check}_{value}"])[0] for value in facts(ctx)["checks"][check])
    return (question(f"alarm.check.{check}", ctx, row), wake(ctx, limit))


def _take_check(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered(wish="AddToAlarm") if draft.get("past"):
            return _past(draft, ctx)
        case Answered() | Refused() if event.wish == "RaiseAlarm" or draft.get("attaching"):
            return _raised(draft, event, ctx)
        case Answered() | Refused():
            return Again(reask=False) if draft.get("case_id") else Go("talk", begin_talk(draft, ctx))
        case Woke(kind):
            return _unanswered(draft, ctx) if kind == TIMER else Again((Typing(),), reask=False)
        case Hazarded():
            return _another_danger(draft, event, ctx)
        case Chose(value) if value.endswith(("_yes", "_no")):
            answer = value.rpartition("_")[2]
            return _yes(draft, "", ctx) if answer == "yes" else _no(draft, "", ctx)
        case Said(text):
            return _answered_in_words(draft, text, ctx)
        case MediaSent(ref=ref, words=text):
            return _answered_in_words({**draft, "media": [*draft.get("media", []), ref]}, text, ctx)
        case Commanded("human", text) if not draft.get("case_id"):
            return Push("human", {"words": draft.get("text", "")}, hand_on=Commanded("human", text))
        case Commanded(_, text) if draft.get("case_id"):
            return _note(draft, text, ctx)
    return Again((line("alarm.unclear", ctx),))


def _another_danger(draft: Json, event: Hazarded, ctx: Context) -> Move:
    """Danger in the answer itself: another kind begins anew; the same kind said again is a yes, unless it is said with a no."""
    if event.kind != draft["kind"]:
        # What was told in confidence stays with its own alarm, which staff have already.
        text = event.text if is_private(draft, ctx) else _joined(draft, event.text)
        kept = {"media": draft.get("media", [])}
        return _begin({**kept, "kind": event.kind, "text": text, "check": False, "inform": False}, ctx)
    hazard = of_kind(draft["kind"], ctx).get("hazard")
    if hazard or yes_or_no(event.text, facts(ctx)["answers"]) == "no":
        return _answered_in_words(draft, event.text, ctx)
    return _yes(draft, event.text, ctx)


def _answered_in_words(draft: Json, text: str, ctx: Context) -> Move:
    answer = yes_or_no(text, facts(ctx)["answers"])
    if answer == "yes":
        return _yes(draft, text, ctx)
    if answer == "no":
        return _no(draft, text, ctx)
    if draft.get("case_id"):
        return _note(draft, text, ctx)
    draft = {**draft, "text": _joined(draft, text)}
    if draft.get("unclear"):
        return _unanswered(draft, ctx)
    return Again((line("alarm.unclear", ctx),), {**draft, "unclear": True})


def _note(draft: Json, text: str, ctx: Context) -> Move:
    """A private danger: staff know already, so every word goes to them and the question stays open."""
    media = tuple(draft.get("media", ()))
    return Do((AddToAlarm(draft["case_id"], text, media),), {**draft, "media": []}, (line("alarm.here", ctx), wake(ctx)))


def _yes(draft: Json, text: str, ctx: Context) -> Move:
    """It happens now: alarm. A hazard with smoke or somebody hurt is the graver kind, whose numbers come first."""
    kind = of_kind(draft["kind"], ctx)
    draft = {**draft, "text": _joined(draft, text), "check": False}
    if "worse" in kind:
        return _raise({**draft, "kind": kind["worse"]}, ctx, confirmed=True, says=(numbers(kind["worse"], ctx),))
    return _raise(draft, ctx, confirmed=True)


def _no(draft: Json, text: str, ctx: Context) -> Move:
    if draft.get("case_id"):
        said = text or spoken("no", ctx)
        return Do((AddToAlarm(draft["case_id"], said, tuple(draft.get("media", ()))),), {**draft, "past": True, "media": []})
    return _hand_back({**draft, "text": _joined(draft, rest_of_no(text, facts(ctx)["answers"]))}, ctx)


def _past(draft: Json, ctx: Context) -> Move:
    """A private danger that is over: staff stay informed, and the form of that evening is left in peace."""
    said = (line(f"alarm.past.{draft['kind']}", ctx), wake(ctx))
    return Go("rest", draft, said)


def _unanswered(draft: Json, ctx: Context) -> Move:
    """No answer, or none that can be read: nothing is lost. A private danger rests, anything else goes on as a matter."""
    return Go("rest", draft) if draft.get("case_id") else _hand_back(draft, ctx)


def _hand_back(draft: Json, ctx: Context) -> Move:
    """No alarm: the words go on as an ordinary matter, or as an urgent one where the hazard is true."""
    true = bool(of_kind(draft["kind"], ctx).get("hazard")) and not draft.get("check")
    return Done(hand_on=Hazarded(draft["kind"], draft.get("text", ""), true, tuple(draft.get("media", ()))))


def _joined(draft: Json, text: str) -> str:
    return "\n".join(part for part in (draft.get("text", ""), text.strip()) if part)


# --- rest: quiet until the person writes again --------------------------------------------------------------------------


def _ask_rest(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return ()


def _take_rest(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Woke():
            return Again(reask=False)
        case Answered() | Refused() | Chose("safe"):
            return take_talk(draft, event, ctx)
        case Chose(value) if value in facts(ctx)["spoken"]["zh"]:
            return take_talk(draft, event, ctx)
    return Done(hand_on=event)


ALARM = Dialog(
    "alarm",
    1,
    {
        "open": Step(_ask_open, _take_open),
        "check": Step(_ask_check, _take_check),
        "talk": Step(ask_talk, take_talk),
        "rest": Step(_ask_rest, _take_rest),
    },
)
