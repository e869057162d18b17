"""The emergency lexicon (locales/lexicon/emergency/) compiled: word lists, rules, cues, idioms, and what judges them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialogs.spelling import Spelling
from dialogs.wordlists import UnknownList, WordLists

# Lists that only judge what fired. They are looked for second, so that an ordinary message costs one scan.
JUDGES = frozenset(
    (
        *("past", "recent", "after", "ongoing", "now_before", "drill", "what_if", "feared", "asked", "denial", "not_denial", "told"),
        *("formal", "this_minute", "law", "in_person"),
    )
)
ANCHOR, MORE = "anchor", "more"
"""Names in the weights of a cue that are no lists: the anchor itself, further words of the anchor's list."""
IDIOM = "idiom "


@dataclass(frozen=True)
class Rule:
    """One row of the lexicon: a kind, the lists that must meet within a window, and the lists that undo it."""

    kind: str
    lists: tuple[str, ...]
    window: int
    ordered: bool
    unless: tuple[str, ...]
    at: str
    """The list whose word `unless` is measured from; "" = the whole stretch."""
    reach: int
    check: bool


@dataclass(frozen=True)
class Cue:
    """Evidence that adds up: an anchor, what each list near it adds, and from which sum on it is asked about or an alarm."""

    kind: str
    anchor: str
    weights: Mapping[str, float]
    need: float
    sure: float


@dataclass(frozen=True)
class EmergencyLexicon:
    """The emergency lexicon, compiled once and frozen."""

    spelling: Spelling
    triggers: WordLists
    judges: WordLists
    rules: Mapping[str, tuple[Rule, ...]]
    """Rules by the name of their first list: only those are tried whose first list was hit."""
    cues: tuple[Cue, ...]
    same_idioms: Mapping[str, str]
    order: tuple[str, ...]
    urgent: frozenset[str]
    inform: frozenset[str]
    slow: frozenset[str]
    letter: int
    """Characters from which on a text in an office's language is a letter."""
    fillers: tuple[re.Pattern[str], re.Pattern[str]]
    """What may stand between a denial and what it denies: in Chinese (no break: “没有 烟” is two answers), in English."""

    @staticmethod
    def from_data(data: Mapping[str, Any], spelling: Spelling) -> EmergencyLexicon:
        """From the parsed emergency lexicon; raises UnknownList where a rule names a list that isn't there."""
        words = data["lists"]
        triggers = WordLists.from_data({name: words[name] for name in words if name not in JUDGES}, spelling)
        idioms = {f"{IDIOM}{kind}": entries for kind, entries in data["idioms"].items()}
        judges = WordLists.from_data({name: words[name] for name in sorted(JUDGES)} | idioms, spelling)
        rules: dict[str, tuple[Rule, ...]] = {}
        for row in data["rules"]:
            for lists in [row["all"]] if "all" in row else [[name] for name in row["any"]]:
                rule = _rule(row, lists, data["defaults"])
                missing = {*rule.lists, *rule.unless} - triggers.names
                if missing:
                    raise UnknownList(f"{rule.kind}: {', '.join(sorted(missing))}")
                rules[rule.lists[0]] = (*rules.get(rule.lists[0], ()), rule)
        cues = tuple(Cue(row["kind"], row["anchor"], row["weights"], row["need"], row["sure"]) for row in data["cues"])
        for cue in cues:
            missing = {cue.anchor, *cue.weights} - triggers.names - {ANCHOR, MORE}
            if missing:
                raise UnknownList(f"{cue.kind}: {', '.join(sorted(missing))}")
        kinds = {key: frozenset(data[key]) for key in ("urgent", "inform", "slow")}
        defaults = data["defaults"]
        fillers = (re.compile(rf"(?:{defaults['filler']})*"), re.compile(rf"(?: (?:{defaults['filler_en']})\b)* ?"))
        return EmergencyLexicon(
            spelling,
            triggers,
            judges,
            rules,
            cues,
            data["same_idioms"],
            tuple(data["order"]),
            letter=defaults["letter"],
            fillers=fillers,
            **kinds,
        )

    def idioms_of(self, kind: str) -> str:
        """The name of the list that holds the idioms of `kind`."""
        return IDIOM + self.same_idioms.get(kind, kind)


def _rule(row: Mapping[str, Any], lists: list[str], defaults: Mapping[str, Any]) -> Rule:
    return Rule(
        kind=row["kind"],
        lists=tuple(lists),
        window=row.get("window", defaults["window"]),
        ordered=row.get("ordered", False),
        unless=tuple(row.get("unless", ())),
        at=row.get("at", ""),
        reach=row.get("reach", defaults["reach"]),
        check=row.get("check", False),
    )
