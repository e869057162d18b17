"""Text as an array of units, and units as terms: the one reading of words that documents and questions share.

A unit is a Han character or the stem of a Latin word (a hash above all code points); 0 is a break. Chinese isn't written in words, so
its terms are pairs of neighbours; English terms are the stems themselves. Both are numbers, so that 50,000 passages are read at once.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.search_stems import stem

Units = NDArray[np.uint32]
Terms = NDArray[np.uint64]

WORD_BASE = 0x110000
"""First number of a Latin stem: just above Unicode's last code point."""
HOLE = "\ue000"
WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?[ \t]*")
HAN_FIRST, HAN_LAST = 0x3400, 0x9FFF
SHIFT = np.uint64(32)
MIX = np.uint64(0x9E3779B97F4A7C15)


def word_unit(one: str) -> int:
    """The unit of a stem."""
    return WORD_BASE + (zlib.crc32(one.encode()) & 0x7FFFFFFF)


@lru_cache(maxsize=200_000)
def _word_unit(word: str) -> int:
    return word_unit(stem(word))


def units(text: str) -> Units:
    """The units of `text` in order; punctuation and unknown scripts become single breaks."""
    found: list[int] = []

    def keep(match: re.Match[str]) -> str:
        found.append(_word_unit(match.group().strip().replace("’", "'").partition("'")[0]))
        return HOLE

    codes = np.frombuffer(WORD.sub(keep, text.lower()).encode("utf-32-le", "replace"), dtype=np.uint32).copy()
    is_hole = codes == ord(HOLE)
    codes[~is_hole & ((codes < HAN_FIRST) | (codes > HAN_LAST))] = 0
    codes[is_hole] = found
    return codes


def joined(texts: Iterable[str]) -> tuple[Units, NDArray[np.int64]]:
    """The units of all texts one after the other with a break between, and where each begins (one more for the end)."""
    parts: list[Units] = []
    starts = [0]
    gap = np.zeros(1, dtype=np.uint32)
    for text in texts:
        part = units(text)
        parts += [part, gap]
        starts.append(starts[-1] + len(part) + 1)
    return (np.concatenate(parts) if parts else np.zeros(0, np.uint32)), np.array(starts, dtype=np.int64)


def is_han(codes: Units) -> NDArray[np.bool_]:
    """Which units are Han characters."""
    return (codes > 0) & (codes < WORD_BASE)


def terms(codes: Units) -> tuple[Terms, NDArray[np.int64]]:
    """The terms of `codes` and the position of each: pairs of Han characters, and Latin stems."""
    han = is_han(codes)
    pair = np.flatnonzero(han[:-1] & han[1:]) if len(codes) > 1 else np.zeros(0, np.int64)
    word = np.flatnonzero(codes >= WORD_BASE)
    wide = codes.astype(np.uint64)
    found = np.concatenate([(wide[pair] << SHIFT) | wide[pair + 1], wide[word]])
    return found, np.concatenate([pair, word])


def small_terms(codes: Units) -> tuple[Terms, NDArray[np.int64]]:
    """Every unit by itself: single characters and stems."""
    where = np.flatnonzero(codes > 0)
    return codes[where].astype(np.uint64), where


def large_terms(codes: Units) -> tuple[Terms, NDArray[np.int64]]:
    """Three neighbouring Han characters, or two neighbouring stems: what tells a phrase from its parts."""
    wide = codes.astype(np.uint64)
    han = is_han(codes)
    three = np.flatnonzero(han[:-2] & han[1:-1] & han[2:]) if len(codes) > 2 else np.zeros(0, np.int64)
    word = codes >= WORD_BASE
    two = np.flatnonzero(word[:-1] & word[1:]) if len(codes) > 1 else np.zeros(0, np.int64)
    with np.errstate(over="ignore"):
        threes = ((wide[three] << SHIFT) | wide[three + 1]) * MIX ^ wide[three + 2] if len(three) else wide[:0]
        twos = ((wide[two] << SHIFT) | wide[two + 1]) * MIX if len(two) else wide[:0]
    return np.concatenate([threes, twos]), np.concatenate([three, two])
