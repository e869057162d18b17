"""A pre-check of at most four questions where a document gives conditions (data: locales/eligibility.toml), and what it comes to.

It tells whether asking is worth it and never what an authority decides. The answers live in this dialog only; they are passed on
to the desk, and so kept, by an explicit yes.
"""

from __future__ import annotations

from dialogs.context import Context
from dialogs.kernel import Do, Done, Go, Move
from dialogs.policy_answer import TIMER, ids, timer, visit
from dialogs.policy_signs import row_of
from dialogs.policy_wishes import HandOver
from dialogs.request_signs import answer
from dialogs.words import Chose, Event, Json, Option, Said, Saying, Wake, ask, say

STOP = Option("stop", "policy.button.stop")


def _check(draft: Json, ctx: Context) -> Json:
    return row_of(ctx.settings["eligibility"]["check"], draft["check"])


def _questions(draft: Json, ctx: Context) -> list[Json]:
    return list(_check(draft, ctx).get("question", ()))[: ctx.settings["asking"]["most_checks"]]


def ask_check(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    questions = _questions(draft, ctx)
    at, language = len(draft["answers"]), ctx.who.language
    question = questions[at]
    options = [Option(f"o:{n}", literal=option[language]) for n, option in enumerate(question["options"])]
    rows = tuple(tuple(options[n : n + 2]) for n in range(0, len(options), 2))
    facts: Json = {"n": at + 1, "of": len(questions), "question": {"zh": question["zh"], "en": question["en"]}}
    key = "policy.check_last" if at + 1 == len(questions) else "policy.check"
    return (ask(key, *rows, (STOP, Option("visit", "policy.button.visit")), **facts), timer(ctx))


def take_check(draft: Json, event: Event, ctx: Context) -> Move | None:
    match event:
        case Chose("stop"):
            return forget()
        case Chose("visit"):
            return visit({**draft, "answers": []}, ctx)
        case Chose(value) if value.startswith("o:") and value[2:].isdigit():
            return _next({**draft, "answers": [*draft["answers"], int(value[2:])]}, ctx)
        case Said(text):
            options = _questions(draft, ctx)[len(draft["answers"])]["options"]
            fits = [n for n, option in enumerate(options) if option["zh"] in text or option["en"].casefold() in text.casefold()]
            if len(fits) == 1:
                return _next({**draft, "answers": [*draft["answers"], fits[0]]}, ctx)
    return None


def _next(draft: Json, ctx: Context) -> Move:
    return Go("check" if len(draft["answers"]) < len(_questions(draft, ctx)) else "result", draft)


def ask_result(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    then = [question["options"][at]["then"] for question, at in zip(_questions(draft, ctx), draft["answers"], strict=True)]
    verdict = "unlikely" if "stop" in then else "open" if "open" in then else "likely"
    passage = draft["passages"][draft.get("at", 0)]
    rows = ((Option("pass", "policy.button.pass"),), (Option("forget", "policy.button.forget"),))
    return (ask(f"policy.result.{verdict}", *rows, title=passage["title"], source=passage["source"], issued=passage["issued"]), timer(ctx))


def take_result(draft: Json, event: Event, ctx: Context) -> Move | None:
    match event:
        case Chose("pass"):
            return _pass_on(draft, ctx)
        case Chose("forget"):
            return forget()
        case Said(text) if answer(text, ctx) == "yes":
            return _pass_on(draft, ctx)
        case Said(text) if answer(text, ctx) == "no":
            return forget()
    return None


def _pass_on(draft: Json, ctx: Context) -> Do:
    """The one place where answers leave the dialog: the person has just agreed."""
    language = ctx.who.language
    pairs = [
        f"{question[language]} {question['options'][at][language]}"
        for question, at in zip(_questions(draft, ctx), draft["answers"], strict=True)
    ]
    wish = HandOver(draft["question"], "check", _check(draft, ctx)["category"], ids(draft), words="\n".join(pairs))
    return Do((wish,), {**draft, "reason": "check", "answers": []})


def forget() -> Done:
    """Nothing of the answers stays."""
    return Done((say("policy.forgotten"), Wake(TIMER, 0)))
