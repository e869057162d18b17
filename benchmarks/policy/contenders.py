"""Who searches: each is given documents and answered questions, then asked; all find whole documents, best first, with a score."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

Json = dict[str, Any]
TODAY = date(2026, 11, 23)
TOP = 10
WORD = re.compile(r"[a-z0-9]+")
HAN = re.compile(r"[㐀-鿿]+")


class Contender(Protocol):
    """`ask` returns document ids best first, how sure it is (any scale), and whether it would answer (None: it can't tell)."""

    def ask(self, question: str) -> tuple[list[str], float, bool | None]: ...


class Ours:
    """Linli's own commands on a fresh data folder: files in, the database, the search built from its rows."""

    def __init__(self, docs: Sequence[Json], learn: Sequence[Json], chinese: bool) -> None:
        from bot.commands.open_data import OpenData
        from bot.commands.policies import import_answer_file, import_policy_files
        from handlers.knowledge import searcher

        self.folder = tempfile.TemporaryDirectory(prefix="linli-policy-")
        data = Path(self.folder.name)
        with contextlib.redirect_stdout(None):
            for name, rows, bring in (
                ("docs", docs, lambda path, to: import_policy_files([path], to)),
                ("learn", learn, import_answer_file),
            ):
                path = data / f"{name}.jsonl"
                path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
                if rows and bring(path, data):
                    raise ValueError(f"some lines of {name} were refused")
        with OpenData(data, reads=True) as store:
            self.search = store.do(searcher)

    def ask(self, question: str) -> tuple[list[str], float, bool | None]:
        verdict = self.search.search(question, TODAY)
        return [one.key for one in verdict.findings], verdict.confidence, verdict.outcome == "answer"


def texts(docs: Sequence[Json], learn: Sequence[Json]) -> list[tuple[str, str, str]]:
    """Title, text and answered questions of each document: what the others are given to read."""
    asked: dict[str, list[str]] = {}
    for row in learn:
        for key in row["gold"]:
            asked.setdefault(key, []).append(row["question"])
    return [(doc["title"], doc["text"], " ".join(asked.get(doc["id"], ()))) for doc in docs]


class FullText:
    """SQLite FTS5 with its bm25(), title weighted three times; Chinese words cut by jieba, English by its porter stemmer."""

    def __init__(self, docs: Sequence[Json], learn: Sequence[Json], chinese: bool) -> None:
        self.cut = jieba_words if chinese else lambda text: WORD.findall(text.lower())
        self.ids = [doc["id"] for doc in docs]
        self.connection = sqlite3.connect(":memory:")
        tokens = "unicode61" if chinese else "porter unicode61"
        self.connection.execute(f"CREATE VIRTUAL TABLE found USING fts5(title, body, asked, tokenize='{tokens}')")
        cut = ((number, *(" ".join(self.cut(part)) for part in row)) for number, row in enumerate(texts(docs, learn)))
        self.connection.executemany("INSERT INTO found(rowid, title, body, asked) VALUES (?, ?, ?, ?)", cut)

    def ask(self, question: str) -> tuple[list[str], float, bool | None]:
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(self.cut(question)))
        if not words:
            return [], 0.0, None
        query = "SELECT rowid, bm25(found, 3.0, 1.0, 1.0) AS score FROM found WHERE found MATCH ? ORDER BY score LIMIT ?"
        rows = self.connection.execute(query, (words, TOP)).fetchall()
        return [self.ids[row[0]] for row in rows], -rows[0][1] if rows else 0.0, None


class Plain:
    """BM25 of the library bm25s: pairs of Chinese characters, English words with its stop words; the title three times."""

    def __init__(self, docs: Sequence[Json], learn: Sequence[Json], chinese: bool) -> None:
        import bm25s

        self.cut = pairs if chinese else words_without(bm25s.stopwords.STOPWORDS_EN)
        self.ids = [doc["id"] for doc in docs]
        self.index = bm25s.BM25()
        corpus = [self.cut(f"{title} {title} {title} {text} {asked}") for title, text, asked in texts(docs, learn)]
        self.index.index(corpus, show_progress=False)
        self.known = set(self.index.vocab_dict)

    def ask(self, question: str) -> tuple[list[str], float, bool | None]:
        words = [word for word in self.cut(question) if word in self.known]
        if not words:
            return [], 0.0, None
        found, scores = self.index.retrieve([words], k=min(TOP, len(self.ids)), show_progress=False)
        return [self.ids[number] for number in found[0]], float(scores[0][0]), None


def jieba_words(text: str) -> list[str]:
    """Words as jieba's search mode cuts them; punctuation is none."""
    import jieba

    return [word for word in jieba.cut_for_search(text) if word.strip() and any(sign.isalnum() for sign in word)]


def pairs(text: str) -> list[str]:
    """Neighbouring Han characters, and Latin words."""
    lower = text.lower()
    return [run[n : n + 2] for run in HAN.findall(lower) for n in range(max(1, len(run) - 1))] + WORD.findall(lower)


def words_without(stop: Sequence[str]) -> Any:
    """A cutter of English words that leaves out `stop`."""
    left_out = frozenset(stop)
    return lambda text: [word for word in WORD.findall(text.lower()) if word not in left_out]


CONTENDERS: dict[str, Callable[[Sequence[Json], Sequence[Json], bool], Contender]] = {"ours": Ours, "SQLite FTS5": FullText, "bm25s": Plain}
