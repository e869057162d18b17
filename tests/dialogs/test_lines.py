"""Lines as people write them, through the detector, the sorter and the reader of places.

`emergency_blind*.jsonl` were written before the lexicon was read, the fourth after its general rules; each was measured once before
anything was mended after it (docs/decisions/emergency.md). The floors keep what stands since. The misses are printed with `-s`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.book import read_book
from dialogs.emergency import detect
from dialogs.understand import Places, parse_place, understand

DATA = Path(__file__).resolve().parents[1] / "data"
HOUSES = {"1": 2, "2": 2, "3": 2, "4": 2, "5": 2, "6": 1, "7": 2, "8": 1, "9": 2, "10": 2, "11": 2, "14": 2}
PLACES = Places.from_data({"buildings": {n: {"units": u, "floors": 19, "rooms": 4} for n, u in HOUSES.items()}, "aliases": {}})


@cache
def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]


def judged(name: str) -> tuple[float, float]:
    """Recall of dangers, and share of harmless lines that raise something."""
    book = read_book()[0]
    found = [(line, detect(line["text"], book.emergency)) for line in lines(name)]
    missed = [line["text"] for line, finding in found if line["kind"] and finding is None]
    false = [line["text"] for line, finding in found if not line["kind"] and finding is not None and not finding.check]
    dangers = sum(1 for line in lines(name) if line["kind"])
    print(f"\n{name}: {dangers} dangers, {len(lines(name)) - dangers} others\nmissed: {missed}\nfalse alarms: {false}")
    return 1 - len(missed) / dangers, len(false) / (len(lines(name)) - dangers)


@pytest.mark.parametrize(
    ("name", "recall", "false"),
    [
        ("emergency_domain", 1.0, 0.0),
        ("emergency_own", 0.99, 0.01),
        ("emergency_blind", 0.97, 0.06),
        ("emergency_blind2", 0.98, 0.05),
        ("emergency_blind3", 0.98, 0.05),
        ("emergency_blind4", 0.95, 0.05),
    ],
)
def test_dangers_are_found_and_harmless_words_are_not(name: str, recall: float, false: float) -> None:
    """High recall on dangers, few alarms on what only sounds like one."""
    found, alarms = judged(name)
    assert found >= recall
    assert alarms <= false


def test_enough_lines_in_both_languages() -> None:
    """At least 60 dangers and 60 others of our own, a third of all in English."""
    own = lines("emergency_own")
    assert sum(1 for line in own if line["kind"]) >= 60
    assert sum(1 for line in own if not line["kind"]) >= 60
    blind = lines("emergency_blind") + lines("emergency_blind2")
    english = [line for line in blind if line["text"].isascii()]
    assert len(english) * 3 >= len(blind) * 0.9


def test_matters_are_sorted() -> None:
    """The right category comes first for residents' own words, and a bare title accuses nobody."""
    book = read_book()[0]
    told = [(line, [code for code, _ in understand(line["text"], book.lexicon, PLACES).categories]) for line in lines("matters_own")]
    first = sum(1 for line, codes in told if codes[:1] == [line["category"]]) / len(told)
    assert first >= 0.95
    for text in ("我想反映一个问题", "请网格员来看看", "主任，下水道堵了", "I want to complain"):
        assert "PT03" not in [code for code, _ in understand(text, book.lexicon, PLACES).categories]


def test_places_are_read_as_said() -> None:
    """Building, unit, floor and room as they were said, and whether the building exists."""
    book = read_book()[0]
    wrong = []
    for line in lines("places_own"):
        found = parse_place(line["text"], book.lexicon, PLACES, expect=line.get("expect"))
        told = None if found is None else {part: getattr(found, part) for part in ("building", "unit", "floor", "room", "known")}
        if told != line["place"] and not (line["place"] is None and found is not None and not found.named):
            wrong.append((line["text"], told, line["place"]))
    assert len(wrong) <= len(lines("places_own")) * 0.03, wrong
