"""The words of wardens (locales/lexicon/notice.toml) compiled into the patterns that a notice is read with.

A notice is read in folded text: half-width, lower-case, simplified, and of the same length as what was written, so that every
reading can be cut out and what is left are the author's own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialogs.numerals import CHINESE, ENGLISH
from dialogs.spelling import Spelling

Pattern = re.Pattern[str]
GAP = "\u0001"
"""Stands where something was read and cut out."""

_SIMPLE_ENGLISH = "|".join(sorted((word for word in ENGLISH if not word.endswith("th")), key=len, reverse=True))
NUMBER = rf"(?:\d{{1,3}}|[{CHINESE}]{{1,3}}|(?<![a-z])(?:{_SIMPLE_ENGLISH})(?![a-z]))"


def parts_of(words: str) -> list[str]:
    """The alternatives of `words`, split at each `|` that stands in no bracket; the longest first."""
    found, depth, last = [], 0, ""
    for char in words:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(char, 0)
        if char == "|" and not depth:
            found.append(last)
            last = ""
        else:
            last += char
    return sorted([*found, last], key=len, reverse=True)


def any_of(words: str) -> str:
    """A pattern of any of `words`; Latin ones only as whole words."""
    made = []
    for word in parts_of(words):
        begin = "(?<![a-z])" if word[0].isascii() and word[0].isalpha() else ""
        end = "(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else ""
        made.append(f"{begin}{word}{end}")
    return f"(?:{'|'.join(made)})"


def compiled(words: str) -> Pattern:
    return re.compile(any_of(words))


@dataclass(frozen=True, eq=False)
class NoticeLexicon:
    """Everything needed to read a notice, compiled once and frozen."""

    table: Mapping[str, str]
    open: Pattern
    marks: Pattern
    types: Mapping[str, Pattern]
    urgent: Pattern
    sources: tuple[tuple[str, Pattern, Pattern], ...]
    """(party kind, long names, long and short names)"""
    advice: Pattern
    known_advice: Mapping[str, str]
    reason: Pattern
    place: Pattern
    place_ends: Pattern
    place_breaks: Pattern
    not_place: Pattern
    only: Pattern
    edit: Mapping[str, Pattern]
    send_word: Pattern
    repeats: Mapping[str, Pattern]
    data: Mapping[str, Any]
    """The lists as they stand in the file, for the readers of buildings, days and hours."""

    @staticmethod
    def from_data(data: Mapping[str, Any], spelling: Spelling) -> NoticeLexicon:
        """From the parsed file; raises re.error for a bad pattern."""
        single = {chr(code): char for code, char in spelling.table.items() if len(char) == 1 and chr(code) > "\u3400"}
        types = {}
        for name, words in data["types"].items():
            plain = "|".join(word for word in parts_of(words) if not word.startswith("~"))
            wild = [word[1:] for word in parts_of(words) if word.startswith("~")]
            types[name] = re.compile("|".join([any_of(plain), *wild]))
        return NoticeLexicon(
            table=single,
            open=re.compile(rf"\s*/?\s*{any_of(data['open'])}(?:@\w+)?(?=$|[\s:,.\d]|[^a-z])[\s:,]*"),
            marks=re.compile(rf"[ ,.~]*{any_of(data['correction']['marks'])}[ ,.!~]*"),
            types=types,
            urgent=compiled(data["urgent"]["words"]),
            sources=tuple((row["kind"], compiled(row["long"]), compiled(f"{row['long']}|{row['short']}")) for row in data["sources"]),
            advice=compiled(data["rest"]["advice"]),
            known_advice=data["advice"],
            reason=compiled(data["rest"]["reason"]),
            place=compiled(data["rest"]["place"]),
            place_breaks=re.compile(data["rest"]["place_breaks"]),
            not_place=re.compile(data["rest"]["not_place"]),
            only=re.compile(rf"[\s,]*{any_of(data['only'])}\s*(?={NUMBER})"),
            place_ends=re.compile(rf"[^,.;!\s{GAP}]{{0,10}}?(?:the )?{any_of(data['rest']['place_ends'])}"),
            edit={name: re.compile(rf"\s*(?:{any_of(words)})[\s:]*") for name, words in data["edit"].items()},
            send_word=compiled(data["when"]["send"]),
            repeats={name: compiled(words) for name, words in data["when"].items() if name != "send"},
            data=data,
        )

    def fold(self, text: str) -> str:
        """`text` half-width, lower-case and simplified, character for character."""
        return "".join(self._char(char) for char in text)

    def _char(self, char: str) -> str:
        if char in "\r\n\t":
            return " "
        wide = unicodedata.normalize("NFKC", char).lower()
        wide = wide if len(wide) == 1 else char
        wide = {"，": ",", "。": ".", "、": ",", "～": "~", "—": "-", "–": "-", "－": "-", "“": " ", "”": " "}.get(wide, wide)
        return self.table.get(wide, wide)


def cut(text: str, start: int, end: int) -> str:
    """`text` with a gap where [start, end) was read."""
    return text[:start] + GAP * (end - start) + text[end:]
