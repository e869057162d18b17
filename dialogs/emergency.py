"""The detector: a message → a kind of danger, a danger to be asked about first, or nothing. High recall wins (domain.md 3.15).

How it reads: the plain text is scanned once for the words of all lists; a rule fires where one word of each of its lists lies
within its window; words inside an idiom (“跳楼价”, “fire sale”) count for nothing. What fired in the past, in a drill, under an
“if” or behind a “no” is asked about first (`check`), except where a human must always be informed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations, islice, pairwise, product
from typing import Any

from dialogs.spelling import Spelling, tight
from dialogs.wordlists import Hits, Span, UnknownList, WordLists

# Lists that only judge what fired. They are looked for second, so that an ordinary message costs one scan.
_JUDGES = frozenset(
    ("idiom", "past", "recent", "after", "ongoing", "now_before", "drill", "what_if", "feared", "asked", "denial", "not_denial", "told")
)
MAX_MEETINGS = 50
"""Of one rule in one message: a text made of nothing but danger words must not cost seconds."""
_DATED = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})[日号]")


@dataclass(frozen=True)
class Finding:
    """What was found. `matched` are the words in plain spelling, `also` further kinds in the order of weight."""

    kind: str
    check: bool
    """Ask “is it happening now?” first; no alarm until yes."""
    urgent: bool
    """True: danger to life (E0). False: E1 with the numbers first."""
    inform: bool
    """A human is informed at once, whatever the answer to any question."""
    also: tuple[str, ...]
    matched: str


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
class EmergencyLexicon:
    """The emergency lexicon, compiled once and frozen."""

    spelling: Spelling
    triggers: WordLists
    judges: WordLists
    rules: Mapping[str, tuple[Rule, ...]]
    """Rules by the name of their first list: only those are tried whose first list was hit."""
    order: tuple[str, ...]
    urgent: frozenset[str]
    inform: frozenset[str]
    slow: frozenset[str]
    filler: re.Pattern[str]

    @staticmethod
    def from_data(data: Mapping[str, Any], spelling: Spelling) -> EmergencyLexicon:
        """From the parsed emergency lexicon; raises UnknownList where a rule names a list that isn't there."""
        words = data["lists"]
        triggers = WordLists.from_data({name: words[name] for name in words.keys() - _JUDGES})
        judges = WordLists.from_data({name: words[name] for name in _JUDGES})
        rules: dict[str, tuple[Rule, ...]] = {}
        for row in data["rules"]:
            for lists in [row["all"]] if "all" in row else [[name] for name in row["any"]]:
                rule = _rule(row, lists, data["defaults"])
                missing = {*rule.lists, *rule.unless} - triggers.names
                if missing:
                    raise UnknownList(f"{rule.kind}: {', '.join(sorted(missing))}")
                rules[rule.lists[0]] = (*rules.get(rule.lists[0], ()), rule)
        kinds = {key: frozenset(data[key]) for key in ("urgent", "inform", "slow")}
        filler = re.compile(rf"(?:{data['defaults']['filler']}| )*")
        return EmergencyLexicon(spelling, triggers, judges, rules, tuple(data["order"]), filler=filler, **kinds)


def detect(text: str, lex: EmergencyLexicon, now_local: datetime | None = None) -> Finding | None:
    """The gravest danger in `text` (or in fragments joined by line breaks), None if there is none.

    `now_local` lets a date that is over (“11月3号着火那次”) count as past.
    """
    plain = lex.spelling.plain(text)
    closed = tight(plain)
    hits = lex.triggers.scan(closed)
    if next(_fired(lex, hits), None) is None:
        return None
    today = now_local.date() if now_local is not None else None
    if closed != plain:  # a break bounds a “no”: “不是 像煤气味” denies nothing
        found = _judge(plain, lex.triggers.scan(plain), lex, today)
        if found is not None:
            return found
    return _judge(closed, hits, lex, today)


def _judge(plain: str, hits: Hits, lex: EmergencyLexicon, today: date | None) -> Finding | None:
    """Weigh what fired in `plain` against what surrounds it."""
    judged = lex.judges.scan(plain)
    idioms = judged.get("idiom", ())
    if idioms:
        hits = {name: _outside(spans, idioms) for name, spans in hits.items()}
    best: dict[str, tuple[bool, Span]] = {}
    for rule, parts in _fired(lex, hits):
        whole = _whole(parts)
        if (rule.kind in best and not best[rule.kind][0]) or _preceded(whole, judged, "told", 12):
            continue
        check = rule.check or (rule.kind not in lex.inform and _is_check(rule.kind, parts, judged, plain, lex, today))
        if rule.kind not in best or not check:
            best[rule.kind] = (check, whole)
    if not best:
        return None
    kinds = sorted(best, key=lambda kind: (best[kind][0], lex.order.index(kind)))
    kind = kinds[0]
    check, span = best[kind]
    matched = plain[span.start : span.end]
    return Finding(kind, check, kind in lex.urgent, kind in lex.inform or not check, tuple(kinds[1:]), matched)


def _outside(spans: list[Span], idioms: Iterable[Span]) -> list[Span]:
    """The words that no idiom takes: it takes those inside it and those that begin inside it (“fire sale” takes “sale ends”)."""
    return [span for span in spans if not any(idiom.covers(span) or idiom.start < span.start < idiom.end for idiom in idioms)]


def _fired(lex: EmergencyLexicon, hits: Hits) -> Iterator[tuple[Rule, tuple[Span, ...]]]:
    """Each rule and where it fires: one word of each of its lists, close enough together and with nothing near that undoes it."""
    for first in hits.keys() & lex.rules.keys():
        for rule in lex.rules[first]:
            if all(name in hits for name in rule.lists):
                for parts in islice(_meetings(rule, hits), MAX_MEETINGS):
                    yield rule, parts


def _meetings(rule: Rule, hits: Hits) -> Iterator[tuple[Span, ...]]:
    for span in hits[rule.lists[0]]:
        near = [[other for other in hits[name] if _near(span, other, rule.window)] for name in rule.lists[1:]]
        for others in product(*near):
            parts = (span, *others)
            whole = _whole(parts)
            if whole.last - whole.first > rule.window:
                continue
            if rule.ordered and any(later.first <= earlier.last for earlier, later in pairwise(parts)):
                continue
            if any(one.covers(two) or two.covers(one) for one, two in combinations(parts, 2)):
                continue
            spot = parts[rule.lists.index(rule.at)] if rule.at else whole
            if not any(_near(spot, other, rule.reach) for name in rule.unless for other in hits.get(name, ())):
                yield parts


def _whole(parts: tuple[Span, ...]) -> Span:
    if len(parts) == 1:
        return parts[0]
    starts, ends, firsts, lasts = zip(*parts, strict=True)
    return Span(min(starts), max(ends), min(firsts), max(lasts))


def _near(span: Span, other: Span, reach: int) -> bool:
    return other.first - span.last <= reach and span.first - other.last <= reach


def _preceded(span: Span, hits: Hits, name: str, reach: int) -> bool:
    return any(0 <= span.first - other.last <= reach for other in hits.get(name, ()))


def _followed(span: Span, hits: Hits, name: str, reach: int) -> bool:
    return any(0 <= other.first - span.last <= reach for other in hits.get(name, ()))


def _is_check(kind: str, parts: tuple[Span, ...], hits: Hits, plain: str, lex: EmergencyLexicon, today: date | None) -> bool:
    """Is what fired past, planned, supposed, feared or denied, rather than going on?"""
    span = _whole(parts)
    if _preceded(span, hits, "what_if", 8) or _preceded(span, hits, "feared", 2) or _followed(span, hits, "asked", 4):
        return True
    if any(_near(span, other, 10) for other in hits.get("drill", ())) or _denied(parts, hits, plain, lex):
        return True
    if any(_near(span, other, 16) for other in hits.get("ongoing", ())) or _preceded(span, hits, "now_before", 4):
        return False
    past = [*hits.get("past", ()), *(() if kind in lex.slow else hits.get("recent", ()))]
    if any(_near(span, other, 16) for other in past) or _followed(span, hits, "after", 1):
        return True
    return today is not None and any(_is_over(match, today) for match in _DATED.finditer(plain))


def _denied(parts: tuple[Span, ...], hits: Hits, plain: str, lex: EmergencyLexicon) -> bool:
    """Does a “no” stand before a word of what fired, with only fillers between? A “no” inside such a word (“没呼吸”) denies nothing."""
    for denial in hits.get("denial", ()):
        if any(other.covers(denial) for other in (*parts, *hits.get("not_denial", ()))):
            continue
        for part in parts:
            if part.start >= denial.end and lex.filler.fullmatch(plain, denial.end, part.start):
                return True
    return False


def _is_over(match: re.Match[str], today: date) -> bool:
    try:
        return date(today.year, int(match[1]), int(match[2])) < today
    except ValueError:
        return False


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
