"""Sets of questions from a folder that is given, and larger knowledge bases made from their documents."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]
OWN = Path(__file__).parents[2] / "tests" / "data" / "policy_own_law.jsonl"
"""Residents' own words over the documents of law_zh; written by us, so read them as a hint."""
OWN_OVER = "law_zh"
SENTENCE = re.compile(r"[^。；.!?！？\n]+[。；.!?！？\n]*")


@dataclass(frozen=True)
class Set:
    """One knowledge base with its questions; those with empty `gold` have no answer in it."""

    name: str
    folder: Path
    docs: tuple[Json, ...]
    learn: tuple[Json, ...]
    questions: tuple[Json, ...]

    @property
    def chinese(self) -> bool:
        return sum("一" <= sign <= "鿿" for sign in self.docs[0]["text"]) * 4 > len(self.docs[0]["text"])


def rows(path: Path) -> tuple[Json, ...]:
    """The lines of a JSON Lines file, none when it isn't there."""
    return tuple(map(json.loads, path.read_text(encoding="utf-8").splitlines())) if path.exists() else ()


def read_sets(data: Path) -> Iterator[Set]:
    """Every folder of `data` with documents and questions."""
    for folder in sorted(path.parent for path in data.glob("*/questions.jsonl")):
        asked = rows(folder / "questions.jsonl") + rows(folder / "missing.jsonl")
        yield Set(folder.name, folder, rows(folder / "docs.jsonl"), rows(folder / "learn.jsonl"), asked)


def enlarged(one: Set, count: int) -> list[Json]:
    """`count` documents: those that answer, the others given, then new ones of their sentences, mixed; always the same ones."""
    chance = random.Random(7)
    gold = {key for row in (*one.questions, *one.learn) for key in row["gold"]}
    docs = sorted(one.docs, key=lambda doc: doc["id"] not in gold)
    made = docs[:count]
    while len(made) < count:
        first, other = chance.choice(docs), chance.choice(docs)
        sentences = SENTENCE.findall(first["text"][:600]) + SENTENCE.findall(other["text"][:600])
        chance.shuffle(sentences)
        text = "".join(sentences[: max(1, len(sentences) // 2)])
        made.append({"id": f"mixed{len(made)}", "title": f"{other['title']}（{len(made)}）", "text": text, "source": "mixed"})
    return made
