"""Policy search: the clause that answers a question, how sure that is, and whether documents disagree or have expired.

Everything lies in memory in arrays, so that SQLite and PostgreSQL rank alike (docs/decisions/search.md).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

import numpy as np

from models.search_answered import Answered, Learned
from models.search_conflict import conflicting, outdated
from models.search_corpus import Corpus, Floats, Ints, Passage
from models.search_features import Asked, Candidates, gather
from models.search_fit import fit_ranking
from models.search_places import Places
from models.search_proposals import Proposal, proposals
from models.search_stems import stem
from models.search_tokens import HAN_FIRST, HAN_LAST, units, word_unit
from models.search_weights import COLUMNS, Weights
from models.search_words import ChineseWords, EnglishWords

__all__ = ["Finding", "Learned", "Passage", "Searcher", "Verdict", "fitted"]

LONGEST_QUESTION = 600
"""Characters that are read: a letter of pages is no question, and the time to answer must have an end."""
SHOWN = 10
STRENGTH = 0.05
"""How much the weights of many knowledge bases hold against what this one has learnt."""
WRONGLY = 0.075
"""Share of questions without a document that may be answered as if there were one (the goal is 10 %, kept with a margin)."""
HALF = 0.5
"""Of the threshold: from there on titles are offered to choose from."""


@dataclass(frozen=True)
class Finding(Passage):
    """A passage that may answer, with its score."""

    score: float


@dataclass(frozen=True)
class Verdict:
    """What was found for a question. `conflict`: documents that disagree or are no longer valid; both are named and handed over."""

    findings: tuple[Finding, ...]
    confidence: float
    outcome: Literal["answer", "choose", "none"]
    conflict: tuple[Finding, ...] = ()


LEAST_MEANING = 0.5
"""Of the weight of one word that only a single passage knows: a question of less ("1=1") asks nothing that could be answered."""
NOTHING = Verdict((), 0.0, "none")


class Searcher:
    """Searches `passages` (grouped by document, in order). `lexicon`: the tables of locales/policy; `weights`: what `fitted` gave;
    `corpus`: that of another searcher over the same passages, which is most of the work.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        learned: Sequence[Learned],
        lexicon: Mapping[str, Any],
        weights: Mapping[str, Any] | None = None,
        corpus: Corpus | None = None,
    ) -> None:
        self._places = Places(lexicon["regions"].get("regions", lexicon["regions"]))
        self._chinese = ChineseWords(lexicon["zh"])
        self._cut = re.compile("|".join(sorted(map(re.escape, self._chinese.cut), key=len, reverse=True)))
        self.corpus = Corpus(passages, self._places) if corpus is None else corpus
        self._english = EnglishWords(lexicon["en"], [stem(word) for word in self.corpus.vocabulary | _words_of(learned)])
        self._stop = np.unique(np.array([word_unit(stem(word)) for word in self._english.stop], dtype=np.uint64))
        self.answered = Answered(self.corpus, learned, self._clean, self._stop)
        self._weights = {name: Weights.read(lexicon["weights"][name], (weights or {}).get(name)) for name in ("zh", "en")}

    def search(self, question: str, today: date) -> Verdict:
        """The verdict on `question` as of `today`."""
        if not self.corpus.size or not question.strip():
            return NOTHING
        found = self.read(question)
        if not len(found.documents):
            return NOTHING
        weights = self._weights[language(question)]
        scores = weights.scores(found)
        sure = weights.sureness(self.corpus, found, scores)
        if found.measures["total"] < LEAST_MEANING * float(np.log1p(len(self.corpus.passages))):
            sure = min(sure, HALF * weights.threshold / 2)
        order = np.argsort(-scores, kind="stable")[:SHOWN]
        findings = tuple(self._finding(int(found.passages[n]), float(scores[n])) for n in order)
        conflict = outdated(findings, today) or conflicting(findings, self._closely(found, order))
        confidence = _on_scale(sure, weights.threshold)
        outcome: Literal["answer", "choose", "none"] = "answer" if sure >= weights.threshold else "none"
        if sure >= weights.threshold and conflict:
            outcome = "none"
        elif HALF * weights.threshold <= sure < weights.threshold:
            outcome = "choose"
        return Verdict(findings, confidence, outcome, conflict if sure >= HALF * weights.threshold else ())

    def proposals(self, most: int) -> list[Proposal]:
        """Words for the dictionary, from the questions that were answered."""
        answered = self.answered
        rows = (
            (one.question, self.corpus.heads[number].title, "".join(passage.text for passage in self.corpus.of(number)))
            for one, gold in zip(answered.learned, answered.gold, strict=True)
            for number in gold
        )
        return proposals(rows, self._chinese.knows, self._chinese.cut, most)

    def read(self, question: str, skip: int | None = None, ban: Collection[int] = ()) -> Candidates:
        """Candidates and features; `skip` and `ban` as in search_features.gather."""
        text = question[:LONGEST_QUESTION]
        whole, codes = units(text), units(self._clean(text))
        concepts = (self._chinese if language(text) == "zh" else self._english).match(text)
        asked = Asked(whole, codes, tuple(concepts), self._places.read(text))
        return gather(self.corpus, self.answered, self._stop, asked, skip=skip, ban=ban)

    def _clean(self, text: str) -> str:
        """Without the words that only ask; positions stay, so that a gap is a gap."""
        return self._cut.sub(lambda match: "\n" * len(match[0]), text)

    def _finding(self, number: int, score: float) -> Finding:
        passage = self.corpus.passages[number]
        return Finding(**{field.name: getattr(passage, field.name) for field in fields(Passage)}, score=score)

    def _closely(self, found: Candidates, order: Ints) -> list[float]:
        """How much of the question each finding covers."""
        return [float(found.column("JC")[n]) for n in order]

    def standard(self, found: Candidates, name: str) -> Floats:
        """The ranking's features, standardised."""
        weights = self._weights[name]
        return np.asarray((found.features[:, COLUMNS] - weights.mean) / weights.deviation)


def language(text: str) -> str:
    """zh for a question with Han characters, else en."""
    return "zh" if any(HAN_FIRST <= ord(sign) <= HAN_LAST for sign in text) else "en"


def _words_of(learned: Sequence[Learned]) -> set[str]:
    return {word for one in learned for word in re.findall("[a-z]+", one.question.lower())}


def _on_scale(sure: float, threshold: float) -> float:
    """Sureness on a scale where ½ is the threshold, so that confidence means the same in every knowledge base."""
    at = float(np.log(max(sure, 1e-9) / max(1 - sure, 1e-9)) - np.log(threshold / (1 - threshold)))
    return float(1 / (1 + np.exp(-at)))


def fitted(searcher: Searcher) -> dict[str, Any]:
    """Weights learnt from the answered questions of this knowledge base, per language; empty where there are too few to learn from.

    Each question is read as if it had not been answered yet; for the threshold also as if its documents weren't there.
    """
    answered = searcher.answered
    result: dict[str, Any] = {}
    for name in ("zh", "en"):
        numbers = [n for n in range(answered.size) if language(answered.learned[n].question) == name]
        if len(numbers) < FEWEST:
            continue
        weights = searcher._weights[name]
        examples = []
        for number in numbers:
            found = searcher.read(answered.learned[number].question, skip=number)
            if len(found.documents):
                right = np.isin(found.documents, answered.gold[number]).astype(np.float64)
                examples.append((searcher.standard(found, name), right))
        ranking = fit_ranking(examples, weights.prior, STRENGTH)
        own = Weights(**{**vars(weights), "ranking": ranking})
        alone = []
        for number in numbers:
            found = searcher.read(answered.learned[number].question, skip=number, ban=answered.gold[number])
            if len(found.documents):
                alone.append(own.sureness(searcher.corpus, found, own.scores(found)))
        threshold = float(np.quantile(alone, 1 - WRONGLY)) if alone else weights.threshold
        result[name] = {"ranking": ranking.tolist(), "threshold": min(max(threshold, 0.05), 0.95)}
    return result


FEWEST = 40
"""Answered questions of a language from which on a knowledge base learns its own weights."""
