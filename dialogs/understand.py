"""Free text → what it is about, where it is, and whether it is a word that works at any time. Lexicons handed in, nothing guessed.

The order is fixed (domain.md 3.5): danger first (dialogs/emergency.py, by the callers), then `command`, then the open question of
a dialog, then `understand`. Nothing here swallows a danger: `classify_line` asks the detector too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialogs.emergency import EmergencyLexicon, Finding, detect
from dialogs.place_words import PlaceWords
from dialogs.places import Part, Place, Places, find_place, nearest
from dialogs.sorted_out import Opinion, merged
from dialogs.spelling import Spelling, tight
from dialogs.wordlists import Hits, Span, UnknownList, WordLists

__all__ = ["Lexicon", "Place", "Places", "Understood", "classify_line", "command", "nearest", "parse_place", "understand"]

MOST = 5
LONGEST_COMMAND = 60
"""Characters; a longer message tells something."""
_PARTICLES = "particles"
_BREAKS = " .,!?~/-"
_KINDS = ("sure", "likely", "hint", "not")


@dataclass(frozen=True)
class Matter:
    """How one category is recognised: pairs of lists that meet, the category its words count for, what else it may be."""

    code: str
    meets: tuple[tuple[str, str], ...]
    counts_for: str
    beside: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """What is needed to understand a message, compiled once and frozen."""

    spelling: Spelling
    words: WordLists
    matters: Mapping[str, Matter]
    heard_by: Mapping[str, tuple[Matter, ...]]
    """Name of a list → the matters that listen to it; the others are never looked at."""
    weights: Mapping[str, float]
    danger: Mapping[str, str]
    """Kinds of danger that are no category of their own → the category they are filed as."""
    otherwise: Mapping[str, tuple[str, ...]]
    """“question” and “other”: the most general categories, for words that say nothing of a matter."""
    question: re.Pattern[str]
    commands: WordLists
    """The words of each command, and of `particles`."""
    order: tuple[str, ...]
    """The commands in the order in which they are tried."""
    place_words: PlaceWords

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> Lexicon:
        """From `locales.lexicons()`; raises UnknownList where a matter names a list that isn't there."""
        matters, commands = data["matters"], data["commands"]
        lists: dict[str, Sequence[str]] = dict(matters["lists"])
        rows: dict[str, Matter] = {}
        heard_by: dict[str, tuple[Matter, ...]] = {}
        for code, row in matters["matter"].items():
            lists.update({f"{code}.{kind}": row[kind] for kind in _KINDS if kind in row})
            meets = tuple((first, second) for first, second in row.get("meets", ()))
            missing = {name for pair in meets for name in pair} - lists.keys()
            if missing:
                raise UnknownList(f"{code}: {', '.join(sorted(missing))}")
            rows[code] = Matter(code, meets, row.get("as", code), tuple(row.get("beside", ())))
            for name in (*(f"{code}.{kind}" for kind in _KINDS), *(first for first, _ in meets)):
                heard_by[name] = (*heard_by.get(name, ()), rows[code])
        otherwise = matters["else"]
        spelling = Spelling.from_data(data["spelling"], data["traditional"])
        return Lexicon(
            spelling=spelling,
            words=WordLists.from_data(lists, spelling),
            matters=rows,
            heard_by=heard_by,
            weights=matters["weights"],
            danger=matters["danger"],
            otherwise={key: tuple(otherwise[key]) for key in ("question", "other")},
            question=re.compile("|".join(re.escape(mark) for mark in otherwise["marks"].split("|"))),
            commands=WordLists.from_data({**commands["commands"], _PARTICLES: commands["particles"]}, spelling),
            order=tuple(commands["commands"]),
            place_words=PlaceWords.from_data(data["places"], spelling),
        )


@dataclass(frozen=True)
class Understood:
    """What a message says: categories with their weight, best first, only those with evidence; the place if one is named."""

    categories: tuple[tuple[str, float], ...]
    place: Place | None


def understand(text: str, lex: Lexicon, places: Places) -> Understood:
    """What `text` is about and where it is."""
    scores = _scores(lex.spelling.plain(text), lex)
    ranked = sorted(scores.items(), key=lambda row: -row[1])[:MOST]
    return Understood(tuple((code, round(score, 2)) for code, score in ranked), parse_place(text, lex, places))


def parse_place(text: str, lex: Lexicon, places: Places, expect: Part | None = None) -> Place | None:
    """The place that `text` names. `expect` is the part that was asked for: only then a bare "2" is an answer."""
    return find_place(text, lex.place_words, lex.spelling, places, expect)


def command(text: str, lex: Lexicon) -> str | None:
    """The command that the whole of `text` is, in any of its wordings, or None: human, cancel, back, progress, menu;
    and the short answers yes, no, dont_know, solved."""
    plain = tight(lex.spelling.plain(text))
    if not plain or len(plain) > LONGEST_COMMAND:
        return None
    hits = lex.commands.scan(plain)
    return next((name for name in lex.order if name in hits and _is_only(plain, hits[name], hits.get(_PARTICLES, ()))), None)


def _is_only(plain: str, words: Sequence[Span], particles: Sequence[Span]) -> bool:
    """Is `plain` made of `words` (one at least), particles and breaks alone?"""
    ends: dict[int, list[tuple[int, bool]]] = {}
    for spans, counts in ((words, True), (particles, False)):
        for span in spans:
            ends.setdefault(span.start, []).append((span.end, counts))
    reached = {(0, False)}
    for at, char in enumerate(plain):
        for said in (True, False):
            if (at, said) in reached:
                if char in _BREAKS:
                    reached.add((at + 1, said))
                reached.update((end, said or counts) for end, counts in ends.get(at, ()))
    return (len(plain), True) in reached


def classify_line(
    text: str,
    lex: Lexicon,
    emergency: EmergencyLexicon,
    places: Places,
    codes: Collection[str],
    now_local: datetime | None = None,
    learned: Opinion | None = None,
) -> dict[str, Any]:
    """One answer of `linli classify --jsonl`, without the id (design.md 8). `codes`: the categories that may be named;
    `learned`: what past cases say of the text."""
    finding = detect(text, emergency, now_local)
    found = understand(text, lex, places)
    place = found.place if found.place is not None and found.place.named else None
    return {
        "emergency": finding.kind if finding else None,
        "check": finding.check if finding else False,
        "categories": _guesses(text, found, finding, lex, codes, learned),
        "place": place and {part: getattr(place, part) for part in ("building", "unit", "floor", "room", "known")},
    }


def _guesses(
    text: str, found: Understood, finding: Finding | None, lex: Lexicon, codes: Collection[str], learned: Opinion | None
) -> list[str]:
    """One to five codes, best first: what the words say, then what it may turn out to be, else the most general ones."""
    best = [code for code, _ in found.categories]
    if finding is not None:
        code = lex.danger.get(finding.kind, finding.kind)
        best = [*best[:1], code, *best[1:]] if finding.check or finding.kind in lex.danger else [code, *best]
    if not best:
        plain = lex.spelling.plain(text)
        best = list(lex.otherwise["question" if lex.question.search(plain) else "other"])
    beside = lex.matters[best[0]].beside if best[0] in lex.matters else ()
    likely = [code for code in dict.fromkeys([*best, *beside]) if code in codes]
    if learned is not None:
        alarmed = likely[:1] if finding is not None and not finding.check and not learned.leads else []
        joined = dict.fromkeys([*alarmed, *merged(likely, dict(found.categories), learned)])
        likely = [code for code in joined if code in codes]
    return likely[:MOST] or [code for code in lex.otherwise["other"] if code in codes][:MOST] or sorted(codes)[:1]


def _scores(plain: str, lex: Lexicon) -> dict[str, float]:
    """Weight of evidence by category, only above nothing. The heaviest word counts whole, every further one a share."""
    hits = lex.words.scan(tight(plain))
    scores: dict[str, float] = {}
    for matter in {matter.code: matter for name in hits for matter in lex.heard_by.get(name, ())}.values():
        weights = _evidence(matter, hits, lex.weights)
        if not weights:
            continue
        weights.sort(reverse=True)
        score = weights[0] + lex.weights["further"] * sum(weights[1:])
        if f"{matter.code}.not" in hits:
            score += lex.weights["not"]
        if score > 0:
            scores[matter.counts_for] = max(score, scores.get(matter.counts_for, 0.0))
    return scores


def _evidence(matter: Matter, hits: Hits, weights: Mapping[str, float]) -> list[float]:
    """The weights of what was said for `matter`; words that overlap count once, by the heaviest."""
    spans: list[tuple[float, Span]] = []
    for kind in ("sure", "likely", "hint"):
        spans += [(weights[kind] + weights["length"] * (span.last - span.first), span) for span in hits.get(f"{matter.code}.{kind}", ())]
    for first, second in matter.meets:
        spans += [(weights["meets"], span) for span in _meeting(hits.get(first, ()), hits.get(second, ()), int(weights["window"]))]
    counted: list[tuple[float, Span]] = []
    for weight, span in sorted(spans, key=lambda row: (-row[0], row[1].start - row[1].end)):
        if not any(span.start < other.end and other.start < span.end for _, other in counted):
            counted.append((weight, span))
    return [weight for weight, _ in counted]


def _meeting(first: Sequence[Span], second: Sequence[Span], window: int) -> list[Span]:
    """The first stretch in which a word of each list stands within `window` tokens, neither inside the other."""
    for one in first:
        for two in second:
            apart = not (one.covers(two) or two.covers(one))
            if apart and max(one.last, two.last) - min(one.first, two.first) <= window:
                return [Span(min(one.start, two.start), max(one.end, two.end), min(one.first, two.first), max(one.last, two.last))]
    return []
