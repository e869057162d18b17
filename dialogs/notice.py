"""Composing a notice by talking: a sentence, what is missing, “收到” or not, the preview, and when to send it.

After every change the world is asked what the plan means (whose buildings, how many homes, who must agree), so that no audience is
ever sent to that was not shown before. What is said later replaces what was said earlier; nothing is guessed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dialogs.anytime import anytime
from dialogs.context import Context
from dialogs.kernel import Again, Dialog, Do, Done, Go, Move, Step
from dialogs.notice_draft import edited, fresh, lexicon, plan_of, rules
from dialogs.notice_draft import from_json as read_of
from dialogs.notice_lint import lint, stops
from dialogs.notice_read import opens
from dialogs.notice_shown import data_of, fill_question, parts_shown, preview
from dialogs.notice_texts import kind_of, missing
from dialogs.notice_when import read_sending
from dialogs.notice_wishes import PlanNotice, WeighNotice
from dialogs.words import Answered, Chose, Commanded, Event, Json, MediaSent, Opened, Option, Refused, Said, Saying, Wake, Woke, ask, say

ENDS = ("no_role", "no_access_item", "not_out")
"""Refusals after which there is nothing to compose."""


def _ask_words(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (ask("notice.ask_words"), _wake(ctx))


def _ask_fill(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (fill_question(draft, ctx), _wake(ctx))


def _ask_confirm(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    rows = ((Option("confirm:yes", "notice.button.yes"), Option("confirm:no", "notice.button.no")),)
    return (ask("notice.confirm", *rows, **data_of(draft, ctx)), _wake(ctx))


def _ask_send(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (preview(draft, ctx), _wake(ctx))


def _ask_when(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (ask("notice.ask_when"), _wake(ctx))


def _wake(ctx: Context) -> Wake:
    return Wake("draft", rules(ctx)["limits"]["draft_seconds"])


def _take(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered("WeighNotice", value):
            return _weighed({**draft, "weighed": value, "buildings": value["buildings"]}, ctx)
        case Answered("PlanNotice", value):
            return Done((Wake("draft", 0), say("notice.planned", "receipt", **value)))
        case Refused(_, reason, data):
            return _refused(draft, reason, data)
        case Answered():
            return Again(reask=False)
        case Opened("") if not draft:
            return Again(draft={})
        case Opened("correct") if draft.get("corrects"):
            return Again((say("notice.correct_how"),), draft, reask=False)
        case Woke():
            return Done((say("notice.lapsed"),))
        case Commanded("cancel"):
            return Done((Wake("draft", 0), say("notice.dropped")))
        case Chose("drop"):
            return Done((Wake("draft", 0), say("notice.dropped")))
        case Commanded("back") if draft:
            return _weigh({**draft, "send": ""}, ctx) if draft.get("send") else Again((say("anytime.no_way_back"),), draft)
        case Said(text):
            return _said(draft, text, ctx)
        case MediaSent(kind, ref, words):
            return _media(draft, kind, ref, words, ctx)
        case Chose(value) if not value.startswith("menu:") and draft:
            return _chose(draft, value, ctx)
    return anytime(draft, event, ctx) or Again((say("notice.not_understood"),), draft)


def _said(draft: Json, text: str, ctx: Context) -> Move:
    if not draft or opens(text, lexicon(ctx)):
        return _weigh(fresh(text, ctx), ctx) if _has_words(text, ctx) else Again(draft={}, reask=True)
    if draft.get("step") == "when" or (
        draft.get("step") == "send" and lexicon(ctx).edit["send"].fullmatch(lexicon(ctx).fold(text).strip())
    ):
        sending = read_sending(text, lexicon(ctx), ctx.now)
        if sending.said:
            return _send({**draft, "send": sending.send, "repeat": sending.repeat}, ctx)
    changed = edited(draft, text, ctx, draft.get("asked", ""))
    if changed is None:
        return Again((say("notice.not_understood"),), draft)
    return _weigh(changed, ctx)


def _has_words(text: str, ctx: Context) -> bool:
    found = opens(text, lexicon(ctx))
    return bool(text.strip()) if found is None else bool(found)


def _media(draft: Json, kind: str, ref: str, words: str, ctx: Context) -> Move:
    limit = rules(ctx)["limits"]["media"]
    if kind == "voice" or len(draft.get("media", ())) >= limit:
        return Again((say("notice.media_refused", limit=limit),), draft)
    if not draft:
        started = fresh(words, ctx) if words else None
        return _weigh({**started, "media": [ref]}, ctx) if started else Again((say("notice.words_first"),), draft)
    changed = {**draft, "media": [*draft["media"], ref]}
    return _weigh((edited(changed, words, ctx, "") or changed) if words else changed, ctx)


def _chose(draft: Json, value: str, ctx: Context) -> Move:
    word, _, rest = value.partition(":")
    match word:
        case "template":
            return _weigh({**draft, "read": {**draft["read"], "template": rest}}, ctx)
        case "source":
            read = draft["read"]
            return _weigh(
                {**draft, "read": {**read, "rest": {**read["rest"], "source": rest}}, "facts": _without(draft["facts"], "source")}, ctx
            )
        case "day":
            day = (ctx.now + timedelta(days=int(rest))).date().isoformat()
            return _weigh({**draft, "read": {**draft["read"], "day": day}}, ctx)
        case "building":
            changed = edited(draft, rest, ctx, "buildings")
            return _weigh(changed, ctx) if changed else Again(draft=draft)
        case "circle":
            read = draft["read"]
            return _weigh({**draft, "read": {**read, "houses": {**read["houses"], "circle": rest}}}, ctx)
        case "confirm":
            return _weigh({**draft, "confirm": rest == "yes"}, ctx)
        case "parts":
            return Again(parts_shown(draft, ctx), draft)
        case "when":
            return Go("when", {**draft, "step": "when"})
        case "send":
            return _send({**draft, "send": rest, "repeat": draft.get("repeat") if rest == "repeat" else None}, ctx)
    return Again((say("notice.not_understood"),), draft)


def _without(facts: Json, name: str) -> Json:
    return {key: value for key, value in facts.items() if key != name}


def _weigh(draft: Json, ctx: Context) -> Move:
    return Do((WeighNotice(plan_of(draft, ctx)),), draft)


def _weighed(draft: Json, ctx: Context) -> Move:
    """What the plan means is known: ask for what is missing, then for “收到”, then show everything."""
    if draft.get("sending"):
        return Do((PlanNotice(plan_of(draft, ctx)),), {**draft, "sending": False})
    plan, read = plan_of(draft, ctx), read_of(draft["read"])
    lacks = missing(plan, rules(ctx))
    if read.houses.unknown:
        lacks = ["unknown", *lacks]
    if lacks:
        return Go("fill", {**draft, "step": "fill", "asked": "buildings" if lacks[0] == "unknown" else lacks[0], "lacks": lacks})
    draft = {**draft, "asked": "", "lacks": []}
    if draft["confirm"] is None:
        if kind_of(plan, rules(ctx)) in rules(ctx)["confirm"]["kinds"]:
            return Go("confirm", {**draft, "step": "confirm"})
        draft["confirm"] = False
    return Go("send", {**draft, "step": "send"})


def _send(draft: Json, ctx: Context) -> Move:
    faults = stops(lint(plan_of(draft, ctx), rules(ctx), ctx.now))
    if faults:
        return Go("send", {**draft, "step": "send", "send": ""}, (say("notice.faulty", faults=faults),))
    return Do((WeighNotice(plan_of(draft, ctx)),), {**draft, "sending": True})


def _refused(draft: Json, reason: str, data: Json) -> Move:
    if reason in ENDS:
        return Done((Wake("draft", 0), say(f"notice.refused.{reason}", **data)), ())
    kept = {**draft, "sending": False}
    return Again((say(f"notice.refused.{reason}", **data),), kept, reask=False)


STEPS: dict[str, Any] = {"words": _ask_words, "fill": _ask_fill, "confirm": _ask_confirm, "send": _ask_send, "when": _ask_when}
NOTICE = Dialog("notice", 1, {name: Step(asks, _take) for name, asks in STEPS.items()})
