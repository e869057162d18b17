"""Steps of an answer: the clause with its source and dates (`answer`), and "is it one of these?" (`choose`).

An answer is short first; the whole clause, the papers, the pre-check and the desk are one tap away. It decides nothing for an authority.
"""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.context import Context
from dialogs.kernel import Again, Do, Done, Go, Move
from dialogs.policy_quote import excerpt
from dialogs.policy_refine import preferred
from dialogs.policy_signs import check_of, heard, row_of, service_of
from dialogs.policy_wishes import FindPolicy, HandOver, JudgeAnswer
from dialogs.words import Chose, Event, Json, Option, Said, Saying, Wake, ask, say

TIMER = "policy"
NONE = Option("none", "policy.button.none")
SHOWN = ("title", "section", "source", "issued", "valid_until", "url")
SENSITIVE = "H"


def timer(ctx: Context) -> Wake:
    """After this silence an answer is no longer followed up."""
    return Wake(TIMER, ctx.settings["asking"]["silence_seconds"])


def quoted(draft: Json) -> Json:
    """The passage that was answered with."""
    passage: Json = draft["passages"][draft.get("at", 0)]
    return passage


def shown(passage: Json) -> Json:
    """Whose words these are and from when: what every answer names."""
    return {name: passage.get(name) for name in SHOWN}


# --- answer -------------------------------------------------------------------------------------------------------------


def ask_answer(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    passage, asking = quoted(draft), ctx.settings["asking"]
    length = "quote_characters_desk" if draft.get("at_length") else "quote_characters_elder" if ctx.who.elder else "quote_characters"
    limit = asking[length]
    quote = excerpt(passage["text"], draft["question"], limit, prefer=preferred(draft, passage["text"], ctx))
    check = check_of(passage["title"], ctx)
    facts = {**shown(passage), "quote": quote, "as_of": draft["as_of"], "checks": _questions(check, ctx), "first": bool(draft.get("new"))}
    facts["warn"] = bool(draft.get("warn"))
    return (ask("policy.answer", *_rows(draft, passage, quote, check, ctx), weight="receipt", **facts), timer(ctx))


def _rows(draft: Json, passage: Json, quote: str, check: str, ctx: Context) -> tuple[tuple[Option, ...], ...]:
    more = [Option("clause", "policy.button.clause")] if quote != passage["text"].strip() else []
    if not draft.get("paper"):
        more.append(Option("papers", "policy.button.papers"))
    if passage.get("url"):
        more.append(Option("source", "policy.button.source", url=passage["url"]))
    rows = (
        [(Option("check", "policy.button.check", {"n": _questions(check, ctx)}), Option("visit", "policy.button.visit"))] if check else []
    )
    more.append(Option("file", "policy.button.file"))
    verdict = (Option("useful", "policy.button.useful"), Option("useless", "policy.button.useless"))
    return tuple(row for row in (*rows, tuple(more[:2]), tuple(more[2:]), verdict) if row)


def _questions(check: str, ctx: Context) -> int:
    return len(row_of(ctx.settings["eligibility"]["check"], check).get("question", ())) if check else 0


def take_answer(draft: Json, event: Event, ctx: Context) -> Move | None:
    """None: what was said is for the dialog as a whole (a follow-up, another question, a matter)."""
    passage = quoted(draft)
    match event:
        case Chose("clause"):
            row = (Option("useful", "policy.button.useful"), Option("useless", "policy.button.useless"))
            whole = ask(
                "policy.clause",
                row,
                (Option("file", "policy.button.file"),),
                weight="receipt",
                text=passage["text"],
                **shown(passage),
                as_of=draft["as_of"],
            )
            return Again((whole, timer(ctx)), reask=False)
        case Chose("papers"):
            return papers(draft, ctx)
        case Chose("check"):
            return Go("check", {**draft, "check": check_of(passage["title"], ctx), "answers": [], "new": False})
        case Chose("visit"):
            return visit(draft, ctx)
        case Chose("useful"):
            return Do((JudgeAnswer(draft["question"], passage["id"], True),), {**draft, "judged": "useful"})
        case Chose("useless"):
            return Do((JudgeAnswer(draft["question"], passage["id"], False),), {**draft, "judged": "useless"})
        case Chose("hand"):
            return hand_over(draft, "unhelpful", ctx)
        case Chose("enough"):
            return Done((say("policy.left"), Wake(TIMER, 0)))
        case Chose("file"):
            return file(draft, ctx)
        case Said(text) if heard(text, "useless", ctx):
            return Do((JudgeAnswer(draft["question"], passage["id"], False),), {**draft, "judged": "useless"})
        case Said(text) if heard(text, "useful", ctx):
            return Do((JudgeAnswer(draft["question"], passage["id"], True),), {**draft, "judged": "useful"})
    return None


def judged(draft: Json, ctx: Context) -> Move:
    """Thanks for a thumb up; after a thumb down another wording, or a person."""
    if draft.get("judged") == "useful":
        return Done((say("policy.glad"), Wake(TIMER, 0)))
    row = (Option("hand", "policy.button.hand"), Option("enough", "policy.button.enough"))
    return Again((ask("policy.not_helped", row), timer(ctx)), reask=False)


def papers(draft: Json, ctx: Context) -> Move:
    """The catalogue knows papers best; else the document is searched for them."""
    service = service_of(quoted(draft)["title"], ctx) or service_of(draft["question"], ctx)
    if service:
        return Go("service", {**draft, "service": service, "new": False})
    words = ctx.settings["asking"]["signs"]["papers"]
    asked = words[0] if ctx.who.language == "zh" else words[-1]
    return Do((FindPolicy(f"{draft['question']} {asked}", quoted(draft)["doc"]),), {**draft, "paper": True, "followed": True, "new": False})


def category_of(texts: Sequence[str], ctx: Context) -> str:
    """The desk whose matter `texts` are (a question, a document's title): that of the check or service named, else the general one."""
    for text in texts:
        code = check_of(text, ctx)
        row = (
            row_of(ctx.settings["eligibility"]["check"], code)
            if code
            else row_of(ctx.settings["services"]["service"], service_of(text, ctx))
        )
        if row:
            return str(row["category"])
    return str(ctx.settings["asking"]["general"])


def _about(draft: Json, ctx: Context) -> str:
    """What the question and the document that answered it are about."""
    return category_of([draft["question"], *(p["title"] for p in draft.get("passages", [])[draft.get("at", 0) :][:1])], ctx)


def visit(draft: Json, ctx: Context) -> Do:
    """A person calls to arrange it: nothing more need be told to a program (domain.md script 4)."""
    return Do((HandOver(draft["question"], "visit", _about(draft, ctx), ids(draft), call_me=True),), {**draft, "reason": "visit"})


def hand_over(draft: Json, reason: str, ctx: Context) -> Do:
    """The question goes to the desk with a question's clock; staff may quote one of the passages with a press.

    Somebody's own hardship goes to the desk that few read, though it is only asked about.
    """
    general = str(ctx.settings["asking"]["general"])
    delicate = ctx.categories[category_of([draft["question"]], ctx)].get("sensitivity") == SENSITIVE
    quiet = delicate and heard(draft["question"], "personal", ctx)
    return Do((HandOver(draft["question"], reason, general, ids(draft), quiet=quiet),), {**draft, "reason": reason})


def ids(draft: Json) -> tuple[int, ...]:
    return tuple(passage["id"] for passage in draft.get("passages", []))


def file(draft: Json, ctx: Context) -> Done:
    """What is wanted is done, not known: a request begins with the same words."""
    category = _about(draft, ctx)
    known = {} if category == ctx.settings["asking"]["general"] else {"category": category}
    # As a whole sentence: a short fragment would be held back for more.
    words = draft["question"].rstrip() + ("" if draft["question"].rstrip()[-1:] in ctx.settings["fragments"]["ends"] else ".")
    return Done((Wake(TIMER, 0),), (("request", {"filing": True, **known}),), Said(words))


# --- choose -------------------------------------------------------------------------------------------------------------


def ask_choose(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    rows = [(Option(f"p:{at}", literal=passage["title"][:60]),) for at, passage in enumerate(draft["passages"])]
    return (
        ask(
            "policy.choose", *rows, (NONE,), weight="receipt", passages=[shown(p) for p in draft["passages"]], first=bool(draft.get("new"))
        ),
        timer(ctx),
    )


def take_choose(draft: Json, event: Event, ctx: Context) -> Move | None:
    match event:
        case Chose(value) if value.startswith("p:") and value[2:].isdigit() and int(value[2:]) < len(draft["passages"]):
            return Go("answer", {**draft, "at": int(value[2:]), "new": False})
        case Chose("none"):
            return hand_over(draft, "none", ctx)
    return None
