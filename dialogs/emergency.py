"""The detector: a message → a kind of danger, a danger to be asked about first, or nothing. High recall wins (domain.md 3.15).

How it reads: the plain text is scanned once for the words of all lists; a rule fires where one word of each of its lists lies
within its window; words inside an idiom (“跳楼价”, “fire sale”) count for nothing. What fired in the past, in a drill, under an
“if” or behind a “no” is asked about first (`check`), except where a human must always be informed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations, islice, pairwise, product
from typing import Any

from dialogs.spelling import Spelling, tight
from dialogs.wordlists import Hits, Span, UnknownList, WordLists

# Lists that only judge what fired. They are looked for second, so that an ordinary message costs one scan.
_JUDGES = frozenset(
    ("past", "recent", "after", "ongoing", "now_before", "drill", "what_if", "feared", "asked", "denial", "not_denial", "told")
)
MAX_MEETINGS = 50
"""Of one rule in one message: a text made of nothing but danger words must not cost seconds."""
NEAR_CUE = 18
"""Tokens from the anchor within which a cue counts."""
MOST_MORE = 2
_ANCHOR, _MORE = "anchor", "more"
_IDIOM = "idiom "
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
    filler: re.Pattern[str]

    @staticmethod
    def from_data(data: Mapping[str, Any], spelling: Spelling) -> EmergencyLexicon:
        """From the parsed emergency lexicon; raises UnknownList where a rule names a list that isn't there."""
        words = data["lists"]
        triggers = WordLists.from_data({name: words[name] for name in words.keys() - _JUDGES}, spelling)
        idioms = {f"{_IDIOM}{kind}": entries for kind, entries in data["idioms"].items()}
        judges = WordLists.from_data({name: words[name] for name in _JUDGES} | idioms, spelling)
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
            missing = {cue.anchor, *cue.weights} - triggers.names - {_ANCHOR, _MORE}
            if missing:
                raise UnknownList(f"{cue.kind}: {', '.join(sorted(missing))}")
        kinds = {key: frozenset(data[key]) for key in ("urgent", "inform", "slow")}
        filler = re.compile(rf"(?:{data['defaults']['filler']}| )*")
        return EmergencyLexicon(spelling, triggers, judges, rules, cues, data["same_idioms"], tuple(data["order"]), filler=filler, **kinds)


def detect(text: str, lex: EmergencyLexicon, now_local: datetime | None = None) -> Finding | None:
    """The gravest danger in `text` (or in fragments joined by line breaks), None if there is none.

    `now_local` lets a date that is over (“11月3号着火那次”) count as past.
    """
    plain = lex.spelling.plain(text)
    closed = tight(plain)
    hits = lex.triggers.scan(closed)
    if next(_fired(lex, hits), None) is None and next(_added_up(lex, hits), None) is None:
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
    plain_hits: dict[str, Hits] = {kind: _outside(hits, judged.get(_idioms_of(kind, lex), ())) for kind in lex.order}
    best: dict[str, tuple[bool, Span]] = {}
    for kind, found in plain_hits.items():
        for rule, parts in _fired(lex, found, kind):
            whole = _whole(parts)
            if (kind in best and not best[kind][0]) or _preceded(whole, judged, "told", 12):
                continue
            check = rule.check or (kind not in lex.inform and _is_check(kind, parts, judged, plain, lex, today))
            if kind not in best or not check:
                best[kind] = (check, whole)
    if all(check for check, _ in best.values()):
        for kind, found in plain_hits.items():
            for cue, total, whole in _added_up(lex, found, kind):
                if kind not in best and not _preceded(whole, judged, "told", 12):
                    doubtful = total < cue.sure or _is_check(kind, (whole,), judged, plain, lex, today)
                    best[kind] = (doubtful and kind not in lex.inform, whole)
    if not best:
        return None
    kinds = sorted(best, key=lambda kind: (best[kind][0], lex.order.index(kind)))
    kind = kinds[0]
    check, span = best[kind]
    matched = plain[span.start : span.end]
    return Finding(kind, check, kind in lex.urgent, kind in lex.inform or not check, tuple(kinds[1:]), matched)


def _idioms_of(kind: str, lex: EmergencyLexicon) -> str:
    return _IDIOM + lex.same_idioms.get(kind, kind)


def _outside(hits: Hits, idioms: Sequence[Span]) -> Hits:
    """The words that no idiom takes: it takes those inside it and those that begin inside it (“fire sale” takes “sale ends”)."""
    if not idioms:
        return hits
    left = {
        name: [span for span in spans if not any(idiom.covers(span) or idiom.start < span.start < idiom.end for idiom in idioms)]
        for name, spans in hits.items()
    }
    return {name: spans for name, spans in left.items() if spans}


def _fired(lex: EmergencyLexicon, hits: Hits, kind: str = "") -> Iterator[tuple[Rule, tuple[Span, ...]]]:
    """Each rule (of `kind`) and where it fires: one word of each of its lists, close together and with nothing near that undoes it."""
    for first in hits.keys() & lex.rules.keys():
        for rule in lex.rules[first]:
            if (not kind or rule.kind == kind) and all(name in hits for name in rule.lists):
                for parts in islice(_meetings(rule, hits), MAX_MEETINGS):
                    yield rule, parts


def _added_up(lex: EmergencyLexicon, hits: Hits, kind: str = "") -> Iterator[tuple[Cue, float, Span]]:
    """Each cue (of `kind`) whose evidence suffices around one of its anchors: the sum, and the stretch of words that made it."""
    for cue in lex.cues:
        if cue.anchor not in hits or (kind and cue.kind != kind):
            continue
        most = sum(weight for name, weight in cue.weights.items() if weight > 0 and name in hits) + cue.weights[_ANCHOR]
        if most + MOST_MORE * cue.weights.get(_MORE, 0.0) < cue.need:
            continue
        for anchor in hits[cue.anchor][:MAX_MEETINGS]:
            total, whole = _sum(cue, anchor, hits)
            if total >= cue.need:
                yield cue, total, whole


def _sum(cue: Cue, anchor: Span, hits: Hits) -> tuple[float, Span]:
    """What stands around `anchor` adds up to; each list counts once, further words of the anchor's own list up to twice."""
    further = {(other.start, other.end) for other in hits[cue.anchor] if _apart(anchor, other) and _near(anchor, other, NEAR_CUE)}
    total, whole = cue.weights[_ANCHOR] + cue.weights.get(_MORE, 0.0) * min(len(further), MOST_MORE), anchor
    for name, weight in cue.weights.items():
        near = next((other for other in hits.get(name, ()) if _near(anchor, other, NEAR_CUE) and not _same(anchor, other)), None)
        if near is not None:
            total += weight
            whole = _whole((whole, near)) if weight > 0 else whole
    return total, whole


def _same(one: Span, two: Span) -> bool:
    return one.covers(two) or two.covers(one)


def _apart(one: Span, two: Span) -> bool:
    return one.end <= two.start or two.end <= one.start


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
            if any(_same(one, two) for one, two in combinations(parts, 2)):
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
