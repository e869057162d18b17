"""What the learned sorting sees of a text: its runs of one or two characters, of the whole and of the subject line, as numbers.

Chinese needs no words for this, slips of the pen cost little, and English is served too. What stands for a person or a place (masks,
letters with numbers, digits) is taken out first, so that nothing is learned of them.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

SUBJECT = 60
"""Characters; the first line says what a letter is about, a message without lines begins with it."""
SHIFT = 21  # bits of a character
_MASK = re.compile(r"〔[^〕]{0,8}〕|[A-Za-z]\d+(?=[市区县])|[A-Z](?=[市区县])|某+")
_DIGITS = re.compile(r"\d+")
_SIGNS = re.compile(r"[^\w\n]+")

Runs = NDArray[np.int64]


def cleaned(text: str) -> str:
    """`text` without masks, digits and signs, in small letters."""
    return _SIGNS.sub(" ", _DIGITS.sub("0", _MASK.sub(" ", text))).lower().strip()


def subject(plain: str) -> str:
    """The first line of a cleaned text, cut where it is too long for a subject."""
    return plain.partition("\n")[0][:SUBJECT]


def runs(plain: str) -> tuple[Runs, NDArray[np.float32]]:
    """The distinct runs of a cleaned text, ascending, and how often each occurs."""
    # A lone surrogate can't be encoded and says nothing.
    units = np.frombuffer(plain.encode("utf-32-le", "replace"), np.uint32).astype(np.int64)
    found = [units, (units[:-1] << SHIFT) | units[1:]]
    codes, counts = np.unique(np.concatenate(found), return_counts=True)
    return codes, counts.astype(np.float32)


def pairs(codes: Runs) -> Runs:
    """Of these runs those of two characters."""
    return codes[codes >= 1 << SHIFT]
