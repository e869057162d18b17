"""What comes next for a draft: the one thing that is still missing is asked, and nothing else; then the world is asked.

The order: the matter, whether it was heard rightly, the place, whether it was reported already, then filing or the confirmation.
"""

from __future__ import annotations

import json
from typing import Any

from dialogs.context import Context
from dialogs.kernel import Do, Go, Move
from dialogs.request_read import is_urgent, matter_names, missing_place, whole_place, with_home
from dialogs.wishes import AskStaff, FindSimilar, OpenCase, Quote
from dialogs.words import Ask, Json, Option, Saying, Wake

QUIET_WISHES = frozenset({"H"})
"""Sensitivities whose cases are never compared with those of others."""
CALL = Option("call", "request.button.call")


RETURNS = {"start": "start", "suggest": "groups", "groups": "groups", "group": "groups", "heard": "heard", "place": "place"} | {
    "unknown": "place", "unit": "unit", "floor": "floor", "confirm": "confirm"
}  # fmt: skip
"""Where "back" leads from the step that was left: a list of suggestions or a refused building is over once it was answered."""


def go(step: str, draft: Json, *says: Saying) -> Go:
    """Go to `step` and remember the way back."""
    at, trail = RETURNS.get(draft.get("at", "")), list(draft.get("trail", []))
    if at and at != step:
        trail = [*[s for s in trail if s != at], at]
    return Go(step, {**draft, "at": step, "trail": [s for s in trail if s != step]}, says)


def put(key: str, draft: Json, ctx: Context, *rows: tuple[Option, ...], **data: Any) -> tuple[Saying, ...]:
    """The question `key` and its timer. The first answer ever carries the line about the program (domain.md 3.17-10)."""
    shown = tuple(row for row in rows if row)
    return (first_line(Ask(key, data, shown), draft), timer(draft, ctx))


def first_line(question: Ask, draft: Json) -> Ask:
    if not draft.get("new"):
        return question
    return Ask("request.first", {"inner": question.key, "values": question.data}, question.rows, question.weight)


def timer(draft: Json, ctx: Context) -> Wake:
    """When an unanswered question is over: what is urgent and what was only spoken goes to staff soon, other drafts rest a day."""
    limits = ctx.settings["request"]
    if draft.get("held"):
        return Wake("fragments", ctx.settings["fragments"]["seconds"])
    if draft.get("voice"):
        return Wake("voice", limits["voice_seconds"])
    if is_urgent(draft, ctx):
        return Wake("urgent", limits["urgent_seconds"])
    return Wake("draft", limits["draft_seconds"])


def onward(draft: Json, ctx: Context, *says: Saying) -> Move:
    """The next move for `draft`; `says` are said before it."""
    if draft.get("staff"):
        return hand_to_staff(draft, *says) if draft.get("words") or draft.get("media") else go("start", draft, *says)
    if draft.get("unknown") and not draft.get("category"):
        return go("unknown", draft, *says)
    if not draft.get("category"):
        return go("suggest" if draft.get("suggest") else "start", draft, *says)
    # Fragments are read back where no confirmation follows.
    if draft.get("heard") is False and is_urgent(draft, ctx):
        return go("heard", draft, *says)
    draft = with_home(draft, ctx)
    missing = missing_place(draft, ctx)
    if missing:
        return go(missing, draft, *says)
    row = ctx.categories.get(draft["category"], {})
    if row.get("class") == "Q4":
        return hand_to_staff(draft, *says) if draft.get("words") or draft.get("media") else go("start", draft, *says)
    compared = _compared(draft)
    private = row.get("sensitivity") in QUIET_WISHES or draft.get("flags", {}).get("confidential")
    if not private and draft.get("compared") != compared:
        return Do((FindSimilar(draft["category"], whole_place(draft)),), {**draft, "compared": compared, "similar": []}, says)
    # Who can't manage alone gets a case of their own: help belongs to a person, not to a problem of the building.
    if draft.get("similar") and not private and not draft.get("flags", {}).get("needs_help"):
        return go("similar", draft, *says)
    if is_urgent(draft, ctx):
        return file(draft, *says)
    return Do((Quote(draft["category"], whole_place(draft)),), draft, says)


def _compared(draft: Json) -> str:
    """What a search for similar cases depends on: another category or place is another search."""
    return json.dumps([draft["category"], whole_place(draft)], ensure_ascii=False)


def said_words(draft: Json) -> str:
    return "\n".join(draft.get("words", []))


def file(draft: Json, *says: Saying) -> Do:
    """File the case."""
    flags = {name: True for name, on in draft.get("flags", {}).items() if on}
    place, media = whole_place(draft), tuple(draft.get("media", ()))
    return Do((OpenCase(draft["category"], place, said_words(draft), media, flags, draft.get("hazard", "")),), draft, says)


def hand_to_staff(draft: Json, *says: Saying) -> Do:
    """Give it to the desk as it is: a question, or what nobody but a person can understand."""
    category = draft.get("category") or "AD02"
    media = tuple(draft.get("media", ()))
    return Do((AskStaff(said_words(draft), category, whole_place(draft), media),), draft, says)


def told(draft: Json, ctx: Context) -> Json:
    """What is read back of a draft: place, matter, since when."""
    category = draft.get("category", "")
    return {
        "place": whole_place(draft),
        "category": category,
        "matter": matter_names(category, ctx) if category else {"zh": "", "en": ""},
        "since": draft.get("since", ""),
    }
