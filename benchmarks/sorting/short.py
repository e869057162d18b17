"""Residents' short words beside it: with the built-in words alone, and after letters with other categories were learned."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.sorting.contenders import NOWHERE
from bot.book import read_book
from dialogs.sorted_out import Opinion
from dialogs.understand import classify_line
from models.sorting_fit import fitted

DATA = Path(__file__).resolve().parents[2] / "tests" / "data"


def short_words(texts: Sequence[str], labels: Sequence[str]) -> Iterator[str]:
    """A line of figures for each file of short messages: alone, then after `texts` and `labels` were learned."""
    book = read_book()[0]
    sorting = fitted(texts, labels)
    own = not set(labels) <= book.categories.keys()
    for name in ("matters_own", "matters_blind"):
        rows = [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]
        for learned in (False, True):
            first = three = 0
            for row in rows:
                text = row["text"]
                opinion = Opinion(sorting.ranked(text), sorting.like(text), int(sorting.cases), own) if learned else None
                codes = {*book.categories, *labels}
                found = classify_line(text, book.lexicon, book.emergency, NOWHERE, codes, learned=opinion)["categories"]
                first += found[0] == row["category"]
                three += row["category"] in found[:3]
            after = "after the letters" if learned else "built-in words alone"
            yield f"  {name:<14} {after:<21} {first / len(rows):.3f} · {three / len(rows):.3f} of {len(rows)}"
