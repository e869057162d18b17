"""English words to stems, by Martin Porter's algorithm of 1980: "applied", "applies" and "applying" are one term."""

from __future__ import annotations

import re
from functools import lru_cache

SHORTEST = 3
"""Words shorter than this are left alone."""
CONSONANT = "(?:[^aeiouy]|(?<=[aeiou])y|^y)"
VOWEL = "(?:[aeiou]|(?<![aeiou])(?<!^)y)"
SYLLABLE = re.compile(f"{VOWEL}+{CONSONANT}+")
HAS_VOWEL = re.compile(VOWEL)
DOUBLE = re.compile(r"([^aeiou])\1$")
SHORT_END = re.compile(f"{CONSONANT}[aeiouy][^aeiouwxy]$")

SECOND = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "abli": "able", "alli": "al", "entli": "ent",
    "eli": "e", "ousli": "ous", "ization": "ize", "ation": "ate", "ator": "ate", "alism": "al", "iveness": "ive", "fulness": "ful",
    "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble",
}  # fmt: skip
THIRD = {"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": ""}
FOURTH = (
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion", "al", "er", "ic", "ou",
)  # fmt: skip
ENDINGS_OF = {2: sorted(SECOND, key=len, reverse=True), 3: sorted(THIRD, key=len, reverse=True)}


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of a lower-case English word; numbers and short words stay as they are."""
    if len(word) < SHORTEST or not word.isalpha():
        return word
    word = _plural(word)
    word = _past(word)
    if word.endswith("y") and HAS_VOWEL.search(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(word, SECOND, ENDINGS_OF[2])
    word = _replaced(word, THIRD, ENDINGS_OF[3])
    word = _cut(word)
    return _tidy(word)


def _measure(word: str) -> int:
    """How many times a consonant follows a vowel: Porter's m."""
    return len(SYLLABLE.findall(word))


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        base = word.removesuffix(ending)
        if base != word and HAS_VOWEL.search(base):
            if base.endswith(("at", "bl", "iz")) or (_measure(base) == 1 and SHORT_END.search(base)):
                return base + "e"
            return base[:-1] if DOUBLE.search(base) and base[-1] not in "lsz" else base
    return word


def _replaced(word: str, by: dict[str, str], endings: list[str]) -> str:
    for ending in endings:
        if word.endswith(ending):
            base = word[: -len(ending)]
            return base + by[ending] if _measure(base) > 0 else word
    return word


def _cut(word: str) -> str:
    for ending in FOURTH:
        if word.endswith(ending):
            base = word[: -len(ending)]
            if _measure(base) > 1 and (ending != "ion" or base.endswith(("s", "t"))):
                return base
            return word
    return word


def _tidy(word: str) -> str:
    if word.endswith("e"):
        base = word[:-1]
        if _measure(base) > 1 or (_measure(base) == 1 and not SHORT_END.search(base)):
            word = base
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word
