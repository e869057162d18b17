"""A folder of questions read into candidates: what the search finds for each, and which of it is right."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import locales
from models.passages import blocks_of, split
from models.search import Learned, Passage, Searcher, language
from models.search_corpus import Floats
from models.search_features import Candidates
from models.search_weights import OF_WINNER, RANKED

Json = dict[str, Any]
MEASURES = 16
"""Measures of the winner beside its own features (search_weights.winning)."""


@dataclass(frozen=True)
class Example:
    """A question's candidates, and 1 for the right ones. `alone`: its documents weren't there, so nothing is right."""

    found: Candidates
    right: Floats
    alone: bool = False


@dataclass
class Base:
    """One knowledge base: its examples by kind (learn, ban, questions, missing, own:<set>, own_ban:<set>) and how many were asked."""

    name: str
    language: str
    searcher: Searcher
    examples: dict[str, list[Example]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)


def blank() -> Json:
    """Weights that know nothing: the first reading needs features only."""
    wide, sure = len(RANKED), len(OF_WINNER) + MEASURES
    return {
        "mean": [0.0] * wide, "deviation": [1.0] * wide, "prior": [0.0] * wide, "sure_mean": [0.0] * sure, "sure_deviation": [1.0] * sure,
        "sure": [0.0] * (sure + 1), "threshold": 0.5,
    }  # fmt: skip


def lexicon() -> Json:
    """The tables of locales/policy with blank weights."""
    folder = Path(locales.__file__).parent / "policy"
    read = {path: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.toml"))}
    return {
        "zh": [table for path, table in read.items() if path.parent.name == "zh"],
        "en": read[folder / "en" / "synonyms.toml"], "regions": read[folder / "regions.toml"], "weights": {"zh": blank(), "en": blank()},
    }  # fmt: skip


def rows(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def read_base(folder: Path, own: Path | None = None) -> Base:
    """A folder with docs, learn, questions and missing (.jsonl); `own`: further questions with gold ids and a set each."""
    ids: dict[str, int] = {}
    passages: list[Passage] = []
    for number, doc in enumerate(rows(folder / "docs.jsonl")):
        ids[doc["id"]] = number
        for piece in split(blocks_of(doc["text"])):
            passages.append(_passage(len(passages), number, doc, piece.section, piece.text))
    learned = [Learned(row["question"], _gold(ids, row), row.get("answer") or "") for row in rows(folder / "learn.jsonl")]
    searcher = Searcher(passages, learned, lexicon())
    answered = searcher.answered
    base = Base(folder.name, language(learned[0].question), searcher)
    base.examples["learn"] = [_example(searcher, one.question, answered.gold[n], skip=n) for n, one in enumerate(answered.learned)]
    base.examples["ban"] = [
        _example(searcher, one.question, answered.gold[n], skip=n, alone=True) for n, one in enumerate(answered.learned)
    ]
    for kind in ("questions", "missing"):
        asked = rows(folder / f"{kind}.jsonl")
        base.examples[kind] = [_example(searcher, row["question"], _gold(ids, row), alone=kind == "missing") for row in asked]
    for row in rows(own) if own is not None else ():
        gold = _gold(ids, row)
        if gold:
            base.examples.setdefault(f"own:{row['set']}", []).append(_example(searcher, row["question"], gold))
            base.examples.setdefault(f"own_ban:{row['set']}", []).append(_example(searcher, row["question"], gold, alone=True))
    base.asked = {kind: len(found) for kind, found in base.examples.items()}
    base.examples = {kind: [one for one in found if len(one.found.documents)] for kind, found in base.examples.items()}
    return base


def _gold(ids: Json, row: Json) -> tuple[int, ...]:
    return tuple(ids[key] for key in row["gold"] if key in ids)


def _passage(number: int, document: int, doc: Json, section: str, text: str) -> Passage:
    return Passage(number, document, doc["id"], doc["title"], section, text, doc["source"], None, None, None, None, None, "")


def _example(searcher: Searcher, question: str, gold: Iterable[int], *, skip: int | None = None, alone: bool = False) -> Example:
    """As search reads it. A missing question has no gold to be taken away."""
    numbers: Sequence[int] = [searcher.corpus.number_of[key] for key in gold] if skip is None else list(gold)
    found = searcher.read(question, skip=skip, ban=numbers if alone else ())
    return Example(found, np.zeros(len(found.documents)) if alone else np.isin(found.documents, numbers).astype(np.float64), alone)
