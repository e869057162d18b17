"""My cases: the list, one case with its timeline, more words and pictures, withdrawing.

Open it with an event (`kernel.begin` or `Push(hand_on=…)`): what it shows has to be asked of the world first. The opening
draft may name where to begin, see `entry`.
"""

from __future__ import annotations

from dialogs.anytime import anytime
from dialogs.cases_more import STEPS_OF_MORE, add, is_recent, show
from dialogs.context import Context
from dialogs.kernel import Again, Dialog, Do, Done, Go, Move, Push, Step
from dialogs.understand import command
from dialogs.verdict import OUTCOMES, STEPS_OF_VERDICT, begin_verdict, judged
from dialogs.wishes import ListCases, ShowCase
from dialogs.words import Answered, Chose, Commanded, Event, Hazarded, Json, MediaSent, Opened, Option, Refused, Said, Saying, ask, say

BACK = Option("back", "cases.button.back")


def entry(value: str) -> tuple[str, Json] | None:
    """The dialog and opening draft behind a button pressed outside any dialog, None when it isn't ours.

    "cases", "case:<id>", "confirm:<id>" and "confirm:<id>:<outcome>" (the pushed question), "solved" (said freely: "修好了").
    """
    head, _, rest = value.partition(":")
    case_id, _, outcome = rest.partition(":")
    if value == "cases":
        return "cases", {}
    if value == "solved":
        return "cases", {"solved": True}
    if head == "case" and case_id and not outcome:
        return "cases", {"case_id": case_id}
    if head == "confirm" and case_id and outcome in ("", *OUTCOMES):
        return "cases", {"case_id": case_id, "verdict": True, "outcome": outcome}
    return None


# --- open: fetch what is to be shown ------------------------------------------------------------------------------------


def _ask_open(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    return (ask("cases.open", (Option("look", "cases.button.look"), BACK)),)


def _take_open(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered("ConfirmCase") | Refused("ConfirmCase"):
            return judged(draft, event)
        case Answered("ListCases", value):
            return _listed(draft, value["cases"])
        case Answered("ShowCase", value):
            if draft.get("verdict"):
                return begin_verdict({**draft, "case": value})
            return show(draft, value, ctx)
        case Refused():
            return Done((say("cases.not_found"),))
        case Chose("back") | Commanded("cancel" | "back", _):
            return Done((say("cases.left"),))
        case Said(text) if command(text, ctx.lexicon) == "solved":
            return _fetch({**draft, "solved": True})
        case Commanded("progress", _) | Chose("look" | "menu:cases") | Opened("" | "cases"):
            return _fetch(draft)
        case Chose(value) if entry(value) is not None:
            return _fetch(draft)
        case Said() | MediaSent() | Hazarded():
            return Done(hand_on=event)
    return anytime(draft, event, ctx) or Again()


def _fetch(draft: Json) -> Do:
    return Do((ShowCase(draft["case_id"]),) if draft.get("case_id") else (ListCases(),), draft)


def _listed(draft: Json, cases: list[Json]) -> Move:
    current = [case for case in cases if case["open"]]
    if draft.get("solved"):
        if not current:
            return Done((say("cases.none_open"),))
        if len(current) == 1:
            return Do((ShowCase(current[0]["case_id"]),), {**draft, "case_id": current[0]["case_id"], "verdict": True, "outcome": ""})
    if not cases:
        return Done((say("cases.none"),))
    if len(cases) == 1:
        return _fetch({**draft, "case_id": cases[0]["case_id"]})
    return Go("list", {**draft, "cases": cases})


# --- list ---------------------------------------------------------------------------------------------------------------


def _ask_list(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    rows = [(Option(f"case:{case['case_id']}", "cases.item", _of(case)),) for case in draft["cases"]]
    key = "cases.which_solved" if draft.get("solved") else "cases.list"
    return (ask(key, *rows, (BACK,), cases=draft["cases"]),)


def _of(case: Json) -> Json:
    return {name: case.get(name, "") for name in ("number", "category", "state", "building")}


def _take_list(draft: Json, event: Event, ctx: Context) -> Move:
    match event:
        case Answered("ConfirmCase") | Refused("ConfirmCase"):
            return judged(draft, event)
        case Answered("ListCases", value):
            return _listed(draft, value["cases"])
        case Answered("ShowCase", value) if draft.get("verdict"):
            return begin_verdict({**draft, "case": value})
        case Answered("ShowCase", value):
            return show(draft, value, ctx)
        case Refused():
            return Again((say("cases.not_found"),))
        case Chose("back") | Commanded("back" | "cancel", _):
            return Done((say("cases.left"),))
        case Chose(value) if value.startswith("case:"):
            return Do((ShowCase(value.removeprefix("case:")),), {**draft, "case_id": value.removeprefix("case:"), "verdict": bool(draft.get("solved"))})
        case Said(text) if (case_id := _named(text, draft["cases"])) is not None:
            return Do((ShowCase(case_id),), {**draft, "case_id": case_id, "verdict": bool(draft.get("solved"))})
        case Said(text) if command(text, ctx.lexicon) == "solved":
            return _listed({**draft, "solved": True}, draft["cases"])
        case Said() | MediaSent() | Hazarded():
            return Done(hand_on=event)
        case Commanded("progress", _):
            return Do((ListCases(),), draft)
    return anytime(draft, event, ctx) or Again()


def _named(text: str, cases: list[Json]) -> str | None:
    """The case whose number ends in what was typed ("007", "SMY-261123-007"), if it is one only."""
    tail = text.strip().upper()
    if len(tail) < 3 or not tail[-3:].isdigit():
        return None
    found = [case["case_id"] for case in cases if case["number"].upper().endswith(tail)]
    return found[0] if len(found) == 1 else None


# --- show: one case -----------------------------------------------------------------------------------------------------


def _ask_show(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    case = draft["case"]
    moves = case.get("moves", [])
    rows = []
    if "confirm" in moves:
        rows.append(tuple(Option(f"outcome:{outcome}", f"cases.button.{outcome}") for outcome in OUTCOMES))
    rows.append(tuple(Option(move, f"cases.button.{move}") for move in ("note", "withdraw", "reopen") if move in moves))
    rows.append((Option("list", "cases.button.list"), BACK))
    return (ask("cases.show", *(row for row in rows if row), **{"contact_by": None, "answer_by": None, **case}),)


def _take_show(draft: Json, event: Event, ctx: Context) -> Move:
    case = draft["case"]
    match event:
        case Answered("ConfirmCase") | Refused("ConfirmCase"):
            return judged(draft, event)
        case Answered("ListCases", value):
            return Go("list", {"cases": value["cases"]})
        case Answered("ShowCase", value):
            return show(draft, value, ctx)
        case Refused():
            return Done((say("cases.not_found"),))
        case Chose("list") | Commanded("back", _):
            return Do((ListCases(),), draft)
        case Chose("back"):
            return Done((say("cases.left"),))
        case Chose("note"):
            return Go("note", {**draft, "since": ctx.now.isoformat(), "added": False})
        case Chose("withdraw"):
            return Go("withdraw", draft)
        case Chose("reopen"):
            return Go("reopen", draft)
        case Chose(value) if value.startswith("outcome:"):
            return begin_verdict({**draft, "outcome": value.removeprefix("outcome:")})
        case Answered("AddNote"):
            return Go("note", {**draft, "added": True})
        case Commanded("progress", _):
            return Do((ShowCase(case["case_id"]),), draft)
        case Commanded("cancel", _):
            return Go("withdraw", draft) if "withdraw" in case.get("moves", []) else Done((say("cases.left"),))
        case Commanded("human", _):
            return Push("human", {"words": case["number"]}, hand_on=event)
        case Said(text) if command(text, ctx.lexicon) == "solved" and case.get("open"):
            return begin_verdict({**draft, "outcome": ""})
        case Said() | MediaSent() if "note" in case.get("moves", []) and is_recent(draft, ctx):
            return add(draft, event, ctx)
        case Said() | MediaSent() | Hazarded():
            return Done(hand_on=event)
    return anytime(draft, event, ctx) or Again()


CASES = Dialog(
    "cases",
    1,
    {
        "open": Step(_ask_open, _take_open),
        "list": Step(_ask_list, _take_list),
        "show": Step(_ask_show, _take_show),
        **STEPS_OF_MORE,
        **STEPS_OF_VERDICT,
    },
)
