"""Dirty text → one plain spelling, in which the lexicons are written.

Residents type on small phones, with gloves, by voice, in dialect and in traditional characters, and put signs inside words
(“煤 气 味”, “着、火、了”, “ＧＡＳ”, zero-width joiners). Every detector reads `Spelling.plain(text)`, never the raw text.

In plain text: characters are half-width, lower-case and simplified; emoji are gone, except those that mean a word; an apostrophe
is dropped (“can't” → “cant”); sentence ends are one of `.` `!` `?`, softer breaks are `,` or a space; dialect words, homophones
and slips are replaced by the word meant. Digits and `-` `#` `/` stay, for addresses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MARKS = re.compile(r"[\u0300-\u036f\u20d0-\u20ff]+")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_OTHER = re.compile(r"[^\w\u3400-\u9fff\U00020000-\U0003ffff.,!?#/@:~+-]+")
_CJK = "\u3400-\u9fff\U00020000-\U0003ffff"
_BREAK = r"[\s.,/~_-]+"
# A lone character between breaks is a word that was torn apart; a lone "no" is an answer and keeps its break.
_TORN = re.compile(rf"(?<![{_CJK}])([{_CJK}]){_BREAK}(?=[{_CJK}])|(?<=[{_CJK}]){_BREAK}(?=[{_CJK}](?![{_CJK}]))")
_KEEPS_BREAK = "不没别对嗯好是"
_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}])[ ](?=[{_CJK}])")
_LATIN = re.compile(r"[a-z]+")
_SPACES = re.compile(r"\s+")
_ENDS = {"。": ".", "！": "!", "？": "?", "；": ".", ";": ".", "…": ".", "\n": ".", "\r": ".", "‼": "!", "⁉": "?", "❗": "!", "❓": "?"}
_SOFT = dict.fromkeys('，、,：|｜“”"（）()【】[]《》<>「」『』*=^·•﹏', ",")
_GONE = dict.fromkeys("'’‘`´\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\u202a\u202b\u202c\u202d\u202e", "")
_DASHES = dict.fromkeys("–—―−‐‑‒－", "-") | dict.fromkeys("～〜∼", "~")


@dataclass(frozen=True)
class Spelling:
    """The tables of locales/lexicon/spelling.toml and traditional.toml, compiled."""

    table: dict[int, str]
    words: Mapping[str, str]
    words_pattern: re.Pattern[str]
    slips: Mapping[str, str]

    @staticmethod
    def from_data(spelling: Mapping[str, Any], traditional: Mapping[str, Any]) -> Spelling:
        """From the parsed TOML files; raises ValueError when the two rows of characters differ in length."""
        pairs = zip("".join(traditional["traditional"]), "".join(traditional["simplified"]), strict=True)
        table = {**dict(pairs), **_ENDS, **_SOFT, **_GONE, **_DASHES, **spelling["signs"]}
        words = {**spelling["typos"], **spelling["dialect"]}
        pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
        bases = {form: base for base, forms in spelling["bases"].items() for form in forms.split()}
        slips = {slip: " ".join(bases.get(word, word) for word in right.split()) for slip, right in spelling["slips"].items()}
        return Spelling(str.maketrans(table), words, pattern, bases | slips)

    def plain(self, text: str) -> str:
        """`text` as the lexicons spell it; "" stays ""."""
        text = text.translate(self.table)
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text).translate(self.table)
        text = text.lower()
        text = _STRETCHED.sub(r"\1", _MARKS.sub("", text))
        text = _SPACES.sub(" ", _OTHER.sub(" ", text)).strip()
        text = _TORN.sub(_mend, text)
        text = self.words_pattern.sub(lambda m: self.words[m.group()], text)
        return self.base(text)

    def base(self, plain: str) -> str:
        """Latin words of `plain` in their base form and without slips; the words of a lexicon go through this too."""
        return _LATIN.sub(lambda m: self.slips.get(m.group(), m.group()), plain)


def tight(plain: str) -> str:
    """Plain text without the soft breaks between Chinese characters, for words torn into longer pieces (“不想 活了”)."""
    return _BETWEEN_CJK.sub("", plain)


def _mend(match: re.Match[str]) -> str:
    lone = match.group(1)
    if lone is None:
        following = match.string[match.end()]
        return match.group() if following in _KEEPS_BREAK else ""
    return match.group() if lone in _KEEPS_BREAK else lone
