"""What of a clause is quoted first: the sentences nearest to the question, word for word, as many as fit; the whole is one tap away."""

from __future__ import annotations

import re

SENTENCE = re.compile(r"\S[^。！？；!?;\n.]*(?:[.](?=\S)[^。！？；!?;\n.]*)*[。！？；!?;.]?")
"""Up to an end mark; a full stop inside a number or an address is none."""
WORD = re.compile(r"[a-z0-9]+")
HAN = re.compile(r"[一-鿿]+")
LATIN = 2
"""A Chinese character says about as much as two letters."""


def excerpt(text: str, question: str, limit: int, *, prefer: str = "") -> str:
    """The run of whole sentences of about `limit` Chinese characters that shares most with `question`; "…" marks what was left out.

    `prefer`: words that the best sentence must hold if any does (a threshold that the person meets).
    """
    text = text.strip()
    limit = limit if HAN.search(text) else LATIN * limit
    spans = [found.span() for found in SENTENCE.finditer(text)]
    if len(text) <= limit or not spans:
        return text[:limit] if len(text) > limit else text
    asked = _pieces(question)
    weights = [len(_pieces(text[a:b]) & asked) + (100 if prefer and prefer in text[a:b] else 0) for a, b in spans]
    best = max(range(len(spans)), key=lambda at: (weights[at], -at))
    first, last = best, best
    while True:
        if last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= limit:
            last += 1
        elif first > 0 and spans[last][1] - spans[first - 1][0] <= limit:
            first -= 1
        else:
            break
    chosen = text[spans[first][0] : spans[last][1]]
    cut = chosen[: 2 * limit] if len(chosen) > 2 * limit else chosen
    return ("…" if first else "") + cut + ("…" if last + 1 < len(spans) or cut != chosen else "")


def alike(one: str, other: str) -> float:
    """How much two questions share, 0 to 1: the part of the shorter one's pairs and words that stands in the other."""
    first, second = _pieces(one), _pieces(other)
    fewer = min(len(first), len(second))
    return len(first & second) / fewer if fewer else 0.0


def _pieces(text: str) -> set[str]:
    """Pairs of Chinese characters and English words: what two texts can share."""
    lower = text.casefold()
    pairs = {run[at : at + 2] for run in HAN.findall(lower) for at in range(len(run) - 1)}
    return pairs | {word for word in WORD.findall(lower) if len(word) > 2}
