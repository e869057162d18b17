"""The detector: a message → a kind of danger, a danger to be asked about first, or nothing. High recall wins (domain.md 3.15).

How it reads: the plain text is scanned once for the words of all lists. A rule fires where one word of each of its lists lies
within its window; where no rule does, the evidence around an anchor is added up. Words inside an idiom (“跳楼价”, “fire sale”)
count for nothing. What fired in the past, in a drill, under an “if” or behind a “no” is asked about first (`check`), except where
a human must always be informed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dialogs.emergency_lexicon import EmergencyLexicon
from dialogs.emergency_rules import added_up, fired, near_to, whole_of
from dialogs.emergency_tone import Tone, is_meant, is_this_minute, tone_of
from dialogs.spelling import tight
from dialogs.wordlists import Hits, Span

__all__ = ["EmergencyLexicon", "Finding", "detect"]

_DATED = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})[日号]")
DATE_REACH = 20
"""Characters around a danger within which a date belongs to it."""

TOLD_REACH = 24
"""Tokens that a tale goes on for after the film or the book is named."""


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


def detect(text: str, lex: EmergencyLexicon, now_local: datetime | None = None) -> Finding | None:
    """The gravest danger in `text` (or in fragments joined by line breaks), None if there is none.

    `now_local` lets a date that is over (“11月3号着火那次”) count as past.
    """
    plain = lex.spelling.plain(text)
    closed = tight(plain)
    hits = lex.triggers.scan(closed)
    if next(fired(lex, hits, undone=True), None) is None and next(added_up(lex, hits), None) is None:
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
    tone = tone_of(plain, judged, lex)
    if tone is Tone.LAW:
        return None
    plain_hits: dict[str, Hits] = {kind: _outside(hits, judged.get(lex.idioms_of(kind), ())) for kind in lex.order}
    best: dict[str, tuple[bool, Span]] = {}
    for kind, found in plain_hits.items():
        for rule, parts in fired(lex, found, kind):
            whole = whole_of(parts)
            if (kind in best and not best[kind][0]) or _is_told(whole, judged):
                continue
            if tone is Tone.LETTER and not is_meant(kind, whole, judged, lex):
                continue
            check = rule.check or (kind not in lex.inform and _is_check(kind, parts, judged, plain, lex, today))
            if kind not in best or not check:
                best[kind] = (check, whole)
    if tone is Tone.PLAIN and all(check for check, _ in best.values()):
        for kind, found in plain_hits.items():
            for cue, total, whole in added_up(lex, found, kind):
                if kind not in best and not _is_told(whole, judged):
                    doubtful = total < cue.sure or _is_check(kind, (whole,), judged, plain, lex, today)
                    best[kind] = (doubtful and kind not in lex.inform, whole)
    if not best:
        return None
    kinds = sorted(best, key=lambda kind: (best[kind][0], lex.order.index(kind)))
    kind = kinds[0]
    check, span = best[kind]
    matched = plain[span.start : span.end]
    return Finding(kind, check, kind in lex.urgent, kind in lex.inform or not check, tuple(kinds[1:]), matched)


def _outside(hits: Hits, idioms: Sequence[Span]) -> Hits:
    """The words that no idiom takes: it takes those inside it and those that begin inside it (“fire sale” takes “sale ends”)."""
    if not idioms:
        return hits
    left = {
        name: [span for span in spans if not any(idiom.covers(span) or idiom.start <= span.start < idiom.end for idiom in idioms)]
        for name, spans in hits.items()
    }
    return {name: spans for name, spans in left.items() if spans}


def _is_told(span: Span, hits: Hits) -> bool:
    """Is it of a film, a book or a dream, and not of this minute?"""
    return _preceded(span, hits, "told", TOLD_REACH) and not is_this_minute(span, hits)


def _preceded(span: Span, hits: Hits, name: str, reach: int) -> bool:
    return any(0 <= span.first - other.last <= reach for other in hits.get(name, ()))


def _followed(span: Span, hits: Hits, name: str, reach: int) -> bool:
    return any(0 <= other.first - span.last <= reach for other in hits.get(name, ()))


def _is_check(kind: str, parts: tuple[Span, ...], hits: Hits, plain: str, lex: EmergencyLexicon, today: date | None) -> bool:
    """Is what fired past, planned, supposed, feared or denied, rather than going on?"""
    span = whole_of(parts)
    if _preceded(span, hits, "what_if", 8) or _preceded(span, hits, "feared", 2) or _followed(span, hits, "asked", 4):
        return True
    if any(near_to(span, other, 10) for other in hits.get("drill", ())) or _denied(parts, hits, plain, lex):
        return True
    if any(near_to(span, other, 16) for other in hits.get("ongoing", ())) or _preceded(span, hits, "now_before", 4):
        return False
    past = [*hits.get("past", ()), *(() if kind in lex.slow else hits.get("recent", ()))]
    if any(near_to(span, other, 16) for other in past) or _followed(span, hits, "after", 1):
        return True
    return today is not None and any(
        _is_over(match, today) for match in _DATED.finditer(plain, max(0, span.start - DATE_REACH), span.end + DATE_REACH)
    )


def _denied(parts: tuple[Span, ...], hits: Hits, plain: str, lex: EmergencyLexicon) -> bool:
    """Does a “no” stand before a word of what fired, with only fillers between? A “no” inside such a word (“没呼吸”) denies nothing."""
    for denial in hits.get("denial", ()):
        if any(other.covers(denial) for other in (*parts, *hits.get("not_denial", ()))):
            continue
        filler = lex.fillers[plain[denial.start].isascii()]
        if any(part.start >= denial.end and filler.fullmatch(plain, denial.end, part.start) for part in parts):
            return True
    return False


def _is_over(match: re.Match[str], today: date) -> bool:
    try:
        return date(today.year, int(match[1]), int(match[2])) < today
    except ValueError:
        return False
