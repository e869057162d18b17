"""Policy questions: ask in one's own words, get the clause with its source and date, or an honest date for a person's answer.

Every step hears the same things first: answers of the world, the timer, words that work at any time, what belongs to another
dialog; then its own buttons; then free words: a follow-up, another question, or a matter that goes to the dialog below.
"""

from __future__ import annotations

from collections.abc import Callable

from dialogs.anytime import anytime
from dialogs.context import Context
from dialogs.kernel import Again, AskStep, Dialog, Do, Done, Go, Move, Step
from dialogs.policy_answer import TIMER, ask_answer, ask_choose, hand_over, judged, papers, quoted, shown, take_answer, take_choose, timer
from dialogs.policy_check import ask_check, ask_result, take_check, take_result
from dialogs.policy_refine import ask_refine, needed, take_refine
from dialogs.policy_services import ask_service, ask_services, take_service, take_services
from dialogs.policy_signs import asks_policy, follows, heard, is_matter, is_rumour, local_topic, service_of
from dialogs.policy_wishes import FindPolicy, LookUp
from dialogs.request_signs import is_only
from dialogs.understand import command
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

TakeOwn = Callable[[Json, Event, Context], Move | None]
KEPT = ("question", "passages", "at", "as_of")
OVER = frozenset({"answer", "choose", "service", "services"})
"""Steps at which a bare yes or no says that the answer was heard."""
ROOT = ("menu:", "case:", "confirm:", "undo:")


def _step(name: str, asking: AskStep, own: TakeOwn) -> Step:
    def take(draft: Json, event: Event, ctx: Context) -> Move:
        match event:
            case Answered():
                return _granted(draft, event, ctx)
            case Refused():
                return _refused(draft, event)
            case Woke():
                return Done()
            case Hazarded() | MediaSent() | PlaceSent() | ContactSent():
                return Done(hand_on=event)
            case Commanded("cancel" | "back"):
                return Done((say("policy.left"), Wake(TIMER, 0)))
            case Commanded() | Opened():
                return anytime(draft, event, ctx) or Again()
            case Chose(value) if value.startswith(ROOT):
                return anytime(draft, event, ctx) or Again()
        move = own(draft, event, ctx)
        if move is not None:
            return move
        return _said(draft, event.text, name, ctx) if isinstance(event, Said) else Again()

    return Step(asking, take)


# --- ask ----------------------------------------------------------------------------------------------------------------


def _ask_ask(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    if draft.get("later"):
        row = (Option("later", "policy.button.later"), Option("enough", "policy.button.enough"))
        return (ask("policy.ask_later", row, question=draft["later"]), timer(ctx))
    return (ask("policy.ask", (Option("services", "policy.button.services"),)), timer(ctx))


def _take_ask(draft: Json, event: Event, ctx: Context) -> Move | None:
    match event:
        case Chose("later") if draft.get("later"):
            return question({"new": False}, draft["later"], ctx)
        case Chose("services"):
            return Go("services", draft)
        case Chose("enough"):
            return Done((say("policy.left"), Wake(TIMER, 0)))
    return None


# --- words that no button stands for ------------------------------------------------------------------------------------


def _said(draft: Json, text: str, step: str, ctx: Context) -> Move:
    if step != "ask":
        draft = {**draft, "new": False}  # the line about the program stands in the first answer only
    if is_only(text, "thanks", ctx) or (step in OVER and command(text, ctx.lexicon) in ("solved", "yes", "no")):
        return Done((say("policy.glad"), Wake(TIMER, 0)))
    if draft.get("passages") and step in ("answer", "service", "refine") and follows(text, ctx):
        if heard(text, "papers", ctx) and step == "answer":
            return papers(draft, ctx)
        return _follow(draft, text)
    if asks_policy(text, ctx):
        return question(draft, text, ctx)
    if step in ("ask", "services") and not is_matter(text, ctx) and len(text.strip()) >= ctx.settings["asking"]["least_characters"]:
        return question(draft, text, ctx)
    if step in ("check", "refine"):
        return Again()
    return Done((Wake(TIMER, 0),), hand_on=Said(text))


def _follow(draft: Json, text: str) -> Do:
    """In context: the former question's document is searched with the new words."""
    kept = {name: draft[name] for name in (*KEPT, "told", "refined") if name in draft}
    return Do((FindPolicy(f"{draft['question']}\n{text}", quoted(draft)["doc"]),), {**kept, "followed": True, "asked": text})


def question(draft: Json, text: str, ctx: Context) -> Move:
    """Go after a new question; facts of the community and its catalogue come before any document."""
    fresh: Json = {"question": text, "new": bool(draft.get("new"))}
    if heard(text, "catalogue", ctx):
        return Go("services", fresh)
    topic = local_topic(text, ctx)
    if topic:
        return Do((LookUp(topic, text),), fresh)
    service = service_of(text, ctx)
    if service and heard(text, "howto", ctx):
        return Go("service", {**fresh, "service": service})
    return Do((FindPolicy(text),), fresh)


# --- what the world answered --------------------------------------------------------------------------------------------


def _granted(draft: Json, event: Answered, ctx: Context) -> Move:
    value = event.value
    match event.wish:
        case "FindPolicy":
            return _found(draft, value, ctx)
        case "LookUp":
            return Done((say(f"policy.local.{value['topic']}", "receipt", **{**value, "first": bool(draft.get("new"))}), Wake(TIMER, 0)))
        case "HandOver":
            return Done((_handed(draft, value), Wake(TIMER, 0)))
        case "JudgeAnswer":
            return judged(draft, ctx)
    return Again(reask=False)


def _found(draft: Json, value: Json, ctx: Context) -> Move:
    outcome = value["outcome"]
    if draft.get("followed"):
        return _followed(draft, value, ctx)
    draft = {**draft, "passages": value["passages"], "at": 0, "as_of": value["as_of"], "warn": is_rumour(draft["question"], ctx)}
    if draft["warn"] and not value.get("reviewed"):
        return hand_over(draft, "rumour", ctx)
    if outcome == "choose":
        return Go("choose", draft)
    if outcome != "answer":
        return hand_over(draft, outcome, ctx)
    need = needed(draft, ctx)
    return Go("refine", {**draft, "need": need}) if need else Go("answer", draft)


def _followed(draft: Json, value: Json, ctx: Context) -> Move:
    """The document just quoted said something to it, or a person will."""
    if "asked" in draft:
        # "When does it come?" shares no word with "paid each quarter": the clause is shown at length instead of its likeliest sentence.
        draft = {**draft, "question": f"{draft['question']}\n{draft['asked']}", "at_length": True}
    draft = {name: content for name, content in draft.items() if name not in ("followed", "asked")}
    if value["outcome"] not in ("answer", "choose"):
        return hand_over({**draft, "passages": value["passages"] or draft["passages"]}, value["outcome"], ctx)
    return Go("answer", {**draft, "passages": value["passages"], "at": 0, "as_of": value["as_of"]})


def _handed(draft: Json, value: Json) -> Saying:
    """Honest: what is not known, what was found all the same with its source and date, and until when a person answers."""
    reason = draft.get("reason", "none")
    related = [shown(passage) for passage in draft.get("passages", [])[: 2 if reason in ("conflict", "expired") else 1]]
    if reason in ("none", "visit", "check", "unhelpful"):
        related = []
    facts = {name: value.get(name) for name in ("number", "answer_by", "contact_by", "on_duty")}
    return say("policy.handed", "receipt", reason=reason, related=related, first=bool(draft.get("new")), **facts)


def _refused(draft: Json, event: Refused) -> Move:
    if event.wish == "LookUp":
        return Do((FindPolicy(draft["question"]),), draft)
    if event.wish == "HandOver":
        return Done((say("policy.too_many", "receipt", phone=event.data.get("phone", "")), Wake(TIMER, 0)))
    return Done((say("policy.refused", "receipt"), Wake(TIMER, 0)))


POLICY = Dialog(
    "policy",
    1,
    {
        "ask": _step("ask", _ask_ask, _take_ask),
        "answer": _step("answer", ask_answer, take_answer),
        "choose": _step("choose", ask_choose, take_choose),
        "refine": _step("refine", ask_refine, take_refine),
        "check": _step("check", ask_check, take_check),
        "result": _step("result", ask_result, take_result),
        "services": _step("services", ask_services, take_services),
        "service": _step("service", ask_service, take_service),
    },
)
