"""The resident's verdict on a case: solved, partly or not; stars, which may be skipped; a reason where something was wrong.

Steps of the dialog cases. Nothing is filled in beforehand, and silence is not "solved" (domain.md 3.13). "Solved" is filed
at once and stars follow; what reopens a case is filed together with its reason, even when the person leaves before that:
after a while, or with the next thing they do.
"""

from __future__ import annotations

from dialogs.anytime import anytime
from dialogs.context import Context
from dialogs.kernel import Again, Do, Done, Go, Move, Step
from dialogs.understand import command
from dialogs.wishes import AddNote, ConfirmCase
from dialogs.words import Answered, Chose, Commanded, Event, Hazarded, Json, MediaSent, Option, Refused, Said, Saying, Wake, Woke, ask, say

OUTCOMES = ("solved", "partly", "not_solved")
REASONS = ("slow", "attitude", "unsolved", "passed_around", "perfunctory")
STARS = 5
LOW = 2
TIMER = "verdict"


def begin_verdict(draft: Json) -> Go | Do:
    """Ask for the verdict on `draft["case"]`, or go on from the one that `draft["outcome"]` holds already."""
    case = draft["case"]
    if "confirm" in case.get("moves", []) and draft.get("outcome") in OUTCOMES:
        return _judged(draft)
    return Go("verdict", {**draft, "outcome": ""})


def _judged(draft: Json) -> Go | Do:
    """"Solved" closes the case now; otherwise the stars are asked first, and all is filed together."""
    if draft["outcome"] == "solved":
        return Do((ConfirmCase(draft["case"]["case_id"], "solved"),), {**draft, "filed": True})
    return Go("stars", {**draft, "filed": False})


def judged(draft: Json, event: Answered | Refused) -> Move:
    """The answer to filing "solved": thanks and the stars, or that it can't be confirmed now."""
    number = draft["case"]["number"]
    if isinstance(event, Refused):
        return Done((say("cases.not_found" if event.reason == "not_found" else "cases.not_now", number=number),))
    return Go("stars", draft, (say("cases.thanks", "receipt", number=number),))


# --- verdict: is it solved? ---------------------------------------------------------------------------------------------


def _ask_verdict(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    case = draft["case"]
    if draft.get("solved") or "confirm" not in case.get("moves", []):
        row: tuple[Option, ...] = (Option("outcome:solved", "cases.button.solved_yes"), Option("back", "cases.button.not_yet"))
        return (ask("cases.said_solved", row, number=case["number"], category=case["category"]),)
    row = tuple(Option(f"outcome:{outcome}", f"cases.button.{outcome}") for outcome in OUTCOMES)
    return (ask("cases.verdict", row, number=case["number"], category=case["category"]),)


def _take_verdict(draft: Json, event: Event, ctx: Context) -> Move:
    case = draft["case"]
    if not case.get("open", True):
        return Done((say("cases.not_now", number=case["number"]),), hand_on=event if isinstance(event, Said | MediaSent) else None)
    match event:
        case Answered() | Refused():
            return judged(draft, event)
        case Chose(value) if value.removeprefix("outcome:") in OUTCOMES:
            return _judged({**draft, "outcome": value.removeprefix("outcome:")})
        case Said(text) if (outcome := _outcome(text, ctx)) is not None:
            if outcome not in OUTCOMES:
                return Again()
            if outcome != "solved" and "confirm" not in case.get("moves", []):
                return Done((say("cases.still_open", number=case["number"]),))
            return _judged({**draft, "outcome": outcome})
        case Chose("back") | Commanded("back" | "cancel", _):
            return Done((say("cases.still_open", number=case["number"]),))
        case Said() | MediaSent() | Hazarded():
            return Done(hand_on=event)
    return anytime(draft, event, ctx) or Again()


def _outcome(text: str, ctx: Context) -> str | None:
    """The verdict in words, "doubt" when it must be asked again, None when the words are about something else.

    The longest phrase found decides ("没解决" before "解决"); a "solved" with a doubt beside it ("不太满意") decides nothing.
    """
    said = command(text, ctx.lexicon)
    if said in ("solved", "yes"):
        return "solved"
    words = ctx.settings["cases"]
    phrases = [(len(phrase), phrase, outcome) for outcome in OUTCOMES for phrase in words["outcomes"][outcome] if phrase in text.casefold()]
    if not phrases:
        return None
    _, phrase, outcome = max(phrases)
    doubtful = outcome == "solved" and any(doubt in text.casefold().replace(phrase, "", 1) for doubt in words["doubts"])
    return "doubt" if doubtful else outcome


# --- stars: how satisfied? ----------------------------------------------------------------------------------------------


def _ask_stars(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    row = tuple(Option(str(n), "cases.button.stars", {"n": n}) for n in range(1, STARS + 1))
    return (ask("cases.stars", row, (Option("skip", "cases.button.skip"),), number=draft["case"]["number"]), _timer(ctx))


def _take_stars(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered() | Refused():
            return _filed(draft, event)
        case Chose(value) if value.isdigit():
            return _rated({**draft, "stars": int(value)})
        case Said(text) if (stars := _stars(text, ctx)) is not None:
            return _rated({**draft, "stars": stars})
        case Chose("skip") | Commanded("cancel", _):
            return _rated(draft)
        case Commanded("back", _) if not draft.get("filed"):
            return Go("verdict", draft)
        case Said() if draft.get("filed"):
            return Done(hand_on=event)
        case Said(text):
            return _file({**draft, "words": text})
        case Chose():
            return anytime(draft, event, ctx) or Again()
    return _file(_then(draft, event))


def _stars(text: str, ctx: Context) -> int | None:
    """"4", "4星", "四颗星", "5 stars": a number and nothing else but the word for star."""
    said = text.strip().casefold()
    for word in ctx.settings["cases"]["star_words"]:
        said = said.replace(word, "")
    said = ctx.settings["cases"]["numerals"].get(said.strip(), said.strip())
    return int(said) if said.isdigit() and 1 <= int(said) <= STARS else None


def _rated(draft: Json) -> Move:
    wrong = draft["outcome"] != "solved" or 0 < draft.get("stars", 0) <= LOW
    return Go("reason", draft) if wrong else _file(draft)


# --- reason: what was wrong? --------------------------------------------------------------------------------------------


def _ask_reason(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    chips = [Option(reason, f"cases.reason.{reason}") for reason in REASONS]
    return (ask("cases.why", tuple(chips[:3]), tuple(chips[3:]), (Option("skip", "cases.button.skip"),)), _timer(ctx))


def _take_reason(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered() | Refused():
            return _filed(draft, event)
        case Chose(value) if value in REASONS:
            words = ctx.settings["cases"]["reasons"]
            return _file({**draft, "words": words.get(ctx.who.language, words["zh"])[value]})
        case Said(text):
            return _file({**draft, "words": text})
        case Chose("skip") | Commanded("cancel", _):
            return _file(draft)
        case Commanded("back", _):
            return Go("stars", draft)
        case Chose():
            return anytime(draft, event, ctx) or Again()
        case MediaSent(ref=ref, words=text):
            return _file({**draft, "words": text, "media": [ref]})
    return _file(_then(draft, event))


# --- filing -------------------------------------------------------------------------------------------------------------


def _then(draft: Json, event: Event) -> Json:
    """Remember what the person did instead of answering, to be handed on once the verdict is filed."""
    match event:
        case Woke():
            return {**draft, "then": ["nothing"]}
        case Commanded(name, text):
            return {**draft, "then": ["command", name, text]}
        case MediaSent(kind, ref, words, seconds):
            return {**draft, "then": ["media", kind, ref, words, seconds]}
        case Hazarded(kind, text, true, media):
            return {**draft, "then": ["hazard", kind, text, true, *media]}
    return draft


def _next(draft: Json) -> Event | None:
    match draft.get("then"):
        case ["command", name, text]:
            return Commanded(name, text)
        case ["media", kind, ref, words, seconds]:
            return MediaSent(kind, ref, words, seconds)
        case ["hazard", kind, text, true, *media]:
            return Hazarded(kind, text, true, tuple(media))
    return None


def _file(draft: Json) -> Move:
    if draft.get("filed") and not draft.get("stars"):
        return Done((say("cases.left"),) if "then" not in draft else (), hand_on=_next(draft))
    return Do((ConfirmCase(draft["case"]["case_id"], draft["outcome"], draft.get("stars", 0), draft.get("words", "")),), draft)


def _filed(draft: Json, event: Answered | Refused) -> Move:
    after = _next(draft)
    if isinstance(event, Refused) and event.wish == "ConfirmCase":
        key = "cases.not_found" if event.reason == "not_found" else "cases.not_now"
        return Done((say(key, number=draft["case"]["number"]),), hand_on=after)
    if isinstance(event, Answered) and event.wish == "ConfirmCase":
        draft = {**draft, "answer_by": event.value.get("answer_by")}
        if media := tuple(draft.pop("media", ())):
            return Do((AddNote(draft["case"]["case_id"], "", media),), draft)
    key = "cases.rated" if draft["outcome"] == "solved" else "cases.reopened"
    return Done((say(key, "receipt", number=draft["case"]["number"], answer_by=draft.get("answer_by")),), hand_on=after)


# --- reopen: a closed case came back ------------------------------------------------------------------------------------


def _ask_reopen(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (ask("cases.reopen", (Option("back", "cases.button.back"),), number=draft["case"]["number"]),)


def _take_reopen(draft: Json, event: Event, ctx: Context) -> Move:
    draft = {**draft, "outcome": "not_solved"}
    match event:
        case Answered() | Refused():
            return _filed(draft, event)
        case Said(text):
            return _file({**draft, "words": text})
        case MediaSent(ref=ref, words=text):
            draft = {**draft, "media": [*draft.get("media", []), ref]}
            return _file({**draft, "words": text}) if text else Again((say("cases.reopen_words"),), draft)
        case Chose("back") | Commanded("back" | "cancel", _):
            return Done((say("cases.left"),))
        case Hazarded():
            return Done(hand_on=event)
    return anytime(draft, event, ctx) or Again()


def _timer(ctx: Context) -> Wake:
    return Wake(TIMER, ctx.settings["cases"]["stars_seconds"])


STEPS_OF_VERDICT = {
    "verdict": Step(_ask_verdict, _take_verdict),
    "stars": Step(_ask_stars, _take_stars),
    "reason": Step(_ask_reason, _take_reason),
    "reopen": Step(_ask_reopen, _take_reopen),
}
