"""Where the rules and cues of the emergency lexicon fire among the words found in a text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice, pairwise, product

from dialogs.emergency_lexicon import ANCHOR, MORE, Cue, EmergencyLexicon, Rule
from dialogs.wordlists import Hits, Span

MAX_MEETINGS = 50
"""Of one rule in one message: a text made of nothing but danger words must not cost seconds."""
NEAR_CUE = 18
"""Tokens from the anchor within which a cue counts."""
MOST_MORE = 2
"""Further words of the anchor's list that count."""


def fired(lex: EmergencyLexicon, hits: Hits, kind: str = "", undone: bool = False) -> Iterator[tuple[Rule, tuple[Span, ...]]]:
    """Each rule (of `kind`) and where it fires: one word of each of its lists, close together and with nothing near that undoes it.

    `undone` also yields what a word near by undoes: that word may lie in an idiom.
    """
    for first in hits:
        for rule in lex.rules.get(first, ()):
            if (not kind or rule.kind == kind) and all(name in hits for name in rule.lists):
                for parts in islice(_meetings(rule, hits, undone), MAX_MEETINGS):
                    yield rule, parts


def added_up(lex: EmergencyLexicon, hits: Hits, kind: str = "") -> Iterator[tuple[Cue, float, Span]]:
    """Each cue (of `kind`) whose evidence suffices around one of its anchors: the sum, and the stretch of words that made it."""
    for cue in lex.cues:
        if cue.anchor not in hits or (kind and cue.kind != kind):
            continue
        most = sum(weight for name, weight in cue.weights.items() if weight > 0 and name in hits) + cue.weights[ANCHOR]
        if most + MOST_MORE * cue.weights.get(MORE, 0.0) < cue.need:
            continue
        for anchor in hits[cue.anchor][:MAX_MEETINGS]:
            total, whole = _sum(cue, anchor, hits)
            if total >= cue.need:
                yield cue, total, whole


def _sum(cue: Cue, anchor: Span, hits: Hits) -> tuple[float, Span]:
    """What stands around `anchor` adds up to; each list counts once, further words of the anchor's own list up to twice."""
    further = {(other.start, other.end) for other in hits[cue.anchor] if _apart(anchor, other) and near_to(anchor, other, NEAR_CUE)}
    total, whole = cue.weights[ANCHOR] + cue.weights.get(MORE, 0.0) * min(len(further), MOST_MORE), anchor
    for name, weight in cue.weights.items():
        near = next((other for other in hits.get(name, ()) if near_to(anchor, other, NEAR_CUE) and not _same(anchor, other)), None)
        if near is not None:
            total += weight
            whole = whole_of((whole, near)) if weight > 0 else whole
    return total, whole


def _same(one: Span, two: Span) -> bool:
    return one.covers(two) or two.covers(one)


def _apart(one: Span, two: Span) -> bool:
    return one.end <= two.start or two.end <= one.start


def _meetings(rule: Rule, hits: Hits, undone: bool) -> Iterator[tuple[Span, ...]]:
    for span in hits[rule.lists[0]]:
        near = [[other for other in hits[name] if near_to(span, other, rule.window)] for name in rule.lists[1:]]
        for others in product(*near):
            parts = (span, *others)
            whole = whole_of(parts)
            if whole.last - whole.first > rule.window:
                continue
            if rule.ordered and any(later.first <= earlier.last for earlier, later in pairwise(parts)):
                continue
            if any(_same(one, two) for one, two in combinations(parts, 2)):
                continue
            spot = parts[rule.lists.index(rule.at)] if rule.at else whole
            if undone or not any(near_to(spot, other, rule.reach) for name in rule.unless for other in hits.get(name, ())):
                yield parts


def whole_of(parts: tuple[Span, ...]) -> Span:
    if len(parts) == 1:
        return parts[0]
    starts, ends, firsts, lasts = zip(*parts, strict=True)
    return Span(min(starts), max(ends), min(firsts), max(lasts))


def near_to(span: Span, other: Span, reach: int) -> bool:
    return other.first - span.last <= reach and span.first - other.last <= reach
