"""One thing asked back before a clause is quoted: place, age or household, and only when the clause depends on it.

What makes a clause depend on something is data (locales/asking.toml, tables `refine`): two or more thresholds of one kind in it.
"""

from __future__ import annotations

import re

from dialogs.context import Context
from dialogs.kernel import Do, Move
from dialogs.policy_signs import contains
from dialogs.policy_wishes import FindPolicy
from dialogs.words import Chose, Event, Json, Option, Said, Saying, ask

KINDS = ("age", "household")
DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9} | {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5
}  # fmt: skip


def needed(draft: Json, ctx: Context) -> str:
    """What must be known before the first passage can be quoted: place, age, household; "" when it is enough, or asked already."""
    passage, asked = draft["passages"][0], draft.get("refined", [])
    regions = regions_of(draft)
    if "place" not in asked and len(regions) > 1 and not any(region in draft["question"] for region in regions):
        return "place"
    for kind in KINDS:
        rules = ctx.settings["asking"]["refine"][kind]
        depends = len(thresholds(passage["text"], kind, ctx)) >= rules["least"] and contains(draft["question"], rules["when"], ctx)
        if kind not in asked and depends and said(draft, kind, ctx) is None:
            return kind
    return ""


def regions_of(draft: Json) -> list[str]:
    """The places for which nearly the same document exists, the best first."""
    title = draft["passages"][0]["title"]
    alike = (p for p in draft["passages"] if _stem(p) == _stem(draft["passages"][0]) or p["title"] == title)
    return list(dict.fromkeys(p["region"] for p in alike if p.get("region")))


def _stem(passage: Json) -> str:
    """A title without the place in it: two of them that agree are the same rule of two places."""
    return str(passage["title"]).replace(passage.get("region") or "\0", "")


def thresholds(text: str, kind: str, ctx: Context) -> list[int]:
    """The different numbers of this kind in a clause, ascending."""
    pattern = ctx.settings["asking"]["refine"][kind]["pattern"]
    return sorted({_number(found) for found in re.finditer(pattern, text, re.IGNORECASE)})


def said(draft: Json, kind: str, ctx: Context) -> int | None:
    """The number that the person gave, in the question or asked back."""
    if kind in draft.get("told", {}):
        return int(draft["told"][kind])
    found = re.search(ctx.settings["asking"]["refine"][kind]["said"], draft["question"], re.IGNORECASE)
    return _number(found) if found else None


def _number(found: re.Match[str]) -> int:
    word = next(group for group in found.groups() if group)
    return int(word) if word.isdigit() else DIGITS[word.lower()]


def preferred(draft: Json, text: str, ctx: Context) -> str:
    """The words of the threshold that this person meets, so that its sentence is quoted; "" where nothing was told."""
    for kind in KINDS:
        number = said(draft, kind, ctx)
        met = [limit for limit in thresholds(text, kind, ctx) if number is not None and limit <= number]
        if met:
            pattern = ctx.settings["asking"]["refine"][kind]["pattern"]
            return next(found.group() for found in re.finditer(pattern, text, re.IGNORECASE) if _number(found) == met[-1])
    return ""


def ask_refine(draft: Json, ctx: Context) -> tuple[Saying, ...]:
    kind = draft["need"]
    if kind == "place":
        options = [Option(f"r:{region}", literal=region) for region in regions_of(draft)]
    else:
        limits = thresholds(draft["passages"][0]["text"], kind, ctx)
        options = [Option(f"r:{low}", literal=_bracket(low, high)) for low, high in zip(limits, [*limits[1:], None], strict=True)]
        if kind == "age":
            options.insert(0, Option(f"r:{limits[0] - 1}", literal=f"< {limits[0]}"))
    rows = tuple(tuple(options[at : at + 3]) for at in range(0, len(options), 3))
    return (ask(f"policy.refine.{kind}", *rows, title=draft["passages"][0]["title"]),)


def _bracket(low: int, high: int | None) -> str:
    return f"{low}+" if high is None else str(low) if high == low + 1 else f"{low}–{high - 1}"


def take_refine(draft: Json, event: Event, ctx: Context) -> Move | None:
    """The same question again with what was told; None when it was something else."""
    kind = draft["need"]
    match event:
        case Chose(value) if value.startswith("r:"):
            told = value.removeprefix("r:")
        case Said(text) if kind == "place" and any(region in text for region in regions_of(draft)):
            told = next(region for region in regions_of(draft) if region in text)
        case Said(text) if kind != "place" and re.search(r"\d{1,3}", text) and len(text) < 12:
            told = re.findall(r"\d{1,3}", text)[0]
        case _:
            return None
    draft = {**draft, "refined": [*draft.get("refined", []), kind], "told": {**draft.get("told", {}), kind: told}, "new": False}
    if kind == "place":
        return Do((FindPolicy(f"{told} {draft['question']}"),), {**draft, "question": f"{told} {draft['question']}"})
    return Do((FindPolicy(draft["question"], draft["passages"][0]["doc"]),), {**draft, "followed": True})
