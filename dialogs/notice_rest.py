"""What a notice says beside what, when and where: from whom, what people are asked to do, why, where it takes place, whom to ask."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dialogs.notice_lexicon import GAP, NoticeLexicon, cut

PHONE = re.compile(r"(?<!\d)(?:\d{3,4}-\d{7,8}|1\d{10}|\d{7,8}|9\d{4,5}|1[12]\d{3}|1[12]0)(?!\d)")
END = re.compile(r"[.!;。！；\n]")
CLAUSE = re.compile(r"[,.!;，。！；\n" + GAP + "]")
CLOCK = re.compile(r"^\d+$|[\d一二三四五六七八九十半]点|\d:\d")
LONGEST_PLACE = 20


@dataclass(frozen=True)
class Rest:
    """`source` is a party's kind (WT, PM …); the others are the author's own words."""

    source: str = ""
    contact: str = ""
    advice: str = ""
    reason: str = ""
    place: str = ""


def read_rest(text: str, left: str, before: Rest, lex: NoticeLexicon, expect: str) -> Rest:
    """`text` as written and `left`, its folded form with everything read cut out (of the same length)."""
    found = before
    place, left = _place(text, left, lex)
    source = _source(left, lex, answer=expect == "source")
    if source:
        found = replace(found, source=source)
    phone = PHONE.search(left)
    if phone:
        found = replace(found, contact=text[phone.start() : phone.end()])
    reason = lex.reason.search(left)
    if reason:
        end = CLAUSE.search(left, reason.end())
        words = text[reason.end() : end.start() if end else len(text)].strip()
        found = replace(found, reason=words or before.reason)
    advice = lex.advice.search(left)
    if advice:
        end = END.search(left, advice.end())
        words = text[advice.start() : end.start() if end else len(text)].strip(" ,，、")
        found = replace(found, advice=words if len(words) > 2 else before.advice)
    return replace(found, place=place) if place else found


def _source(left: str, lex: NoticeLexicon, *, answer: bool) -> str:
    for kind, long, short in lex.sources:
        if (short if answer else long).search(left):
            return kind
    return ""


def _place(text: str, left: str, lex: NoticeLexicon) -> tuple[str, str]:
    """“在活动室”, “地点：居委会二楼”, “at the clubhouse” → the place, and `left` with it cut out."""
    known = lex.place_ends.search(left)
    if known:
        lead = lex.place.match(left, known.start())
        start = lead.end() if lead else known.start()
        return text[start : known.end()].strip(" :："), cut(left, known.start(), known.end())
    for match in lex.place.finditer(left):
        end = CLAUSE.search(left, match.end())
        words = text[match.end() : end.start() if end else len(text)].strip(" :：")
        words = lex.place_breaks.split(words)[0].strip()
        if 2 <= len(words) <= LONGEST_PLACE and not CLOCK.search(words) and not lex.not_place.match(words):
            return words, left
    return "", left
