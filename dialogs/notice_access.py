"""Applying for access to the community: five questions to a department, then the application is filed with its dates."""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogs.anytime import anytime
from dialogs.context import Context
from dialogs.kernel import Again, Dialog, Do, Done, Go, Move, Step
from dialogs.notice_days import read_days
from dialogs.notice_draft import lexicon
from dialogs.notice_wishes import ApplyAccess
from dialogs.words import Answered, Chose, Commanded, Event, Json, Opened, Option, Refused, Said, Saying, Wake, Woke, ask, say

QUESTIONS = ("task", "legal_basis", "hours", "period", "appraisal")
NUMBER = re.compile(r"\d{1,5}")
LONGEST = 200


def _asks(name: str) -> Callable[[Json, Context], tuple[Saying, ...]]:
    def asks(draft: Json, ctx: Context) -> tuple[Saying, ...]:
        rows = ((Option("yes", "notice.button.yes"), Option("no", "notice.button.no")),) if name == "appraisal" else ()
        return (ask(f"notice.access.{name}", *rows),)

    return asks


def _takes(name: str) -> Callable[[Json, Event, Context], Move]:
    def take(draft: Json, event: Event, ctx: Context) -> Move:
        match event:
            case Answered("ApplyAccess", value):
                return Done((say("notice.access.filed", "receipt", **value),))
            case Refused():
                return Done((say("notice.access.refused"),))
            case Answered():
                return Again(reask=False)
            case Opened("") if name == QUESTIONS[0] and not draft:
                return Again(draft={})
            case Woke():
                return Done((say("notice.lapsed"),))
            case Commanded("cancel"):
                return Done((Wake("draft", 0), say("notice.dropped")))
            case Chose("yes" | "no") if name == "appraisal":
                return _filed(draft, event.value == "yes")
            case Said(text):
                found = _read(name, text, ctx)
                if found is None:
                    return Again((say("notice.access.unclear"),), draft)
                if name == "appraisal":
                    return _filed(draft, bool(found["appraisal"]))
                return Go(QUESTIONS[QUESTIONS.index(name) + 1], {**draft, **found})
        return anytime(draft, event, ctx) or Again((say("notice.access.unclear"),), draft)

    return take


def _filed(draft: Json, appraisal: bool) -> Move:
    return Do((ApplyAccess({**draft, "appraisal": appraisal}),), draft)


def _read(name: str, text: str, ctx: Context) -> Json | None:
    """The answer to one question, None where it can't be read."""
    said = text.strip()
    match name:
        case "hours":
            number = NUMBER.search(said)
            return {"hours": int(number.group())} if number else None
        case "period":
            days, _ = read_days(lexicon(ctx).fold(said), ctx.now.date(), lexicon(ctx))
            if not days:
                return None
            return {"from": days[0].day.isoformat(), "until": max(days[-1].day, days[0].day).isoformat()}
        case "appraisal":
            signs = ctx.settings["signs"]
            return {"appraisal": said in signs["yes"]} if said in (*signs["yes"], *signs["no"]) else None
    return {name: said[:LONGEST]} if said else None


ACCESS = Dialog("access", 1, {name: Step(_asks(name), _takes(name)) for name in QUESTIONS})
