"""The ways of sorting that are compared: a plain naive Bayes, a plain linear SVM, and ours as `linli classify` answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import MultinomialNB
from sklearn.svm import LinearSVC

from bot.book import read_book
from dialogs.sorted_out import Opinion
from dialogs.understand import Places, classify_line
from models.sorting_fit import fitted

Ranked = list[list[str]]
Sorter = Callable[[Sequence[str], Sequence[str], Sequence[str]], Ranked]
NOWHERE = Places.from_data({"buildings": {}, "aliases": {}})


@dataclass(frozen=True)
class Figures:
    """Share right at first, share right among three, macro-F1: one row a division."""

    rows: list[tuple[float, float, float]]

    def __str__(self) -> str:
        means, spread = np.mean(self.rows, axis=0), np.std(self.rows, axis=0)
        return " · ".join(f"{mean:.3f} ± {around:.3f}" for mean, around in zip(means, spread, strict=True))


def crossed(sort: Sorter) -> Callable[[Sequence[str], Sequence[str], int, Iterable[int]], Figures]:
    """Each letter is asked once, by what was learned from the folds it is not in."""

    def run(texts: Sequence[str], labels: Sequence[str], folds: int, seeds: Iterable[int]) -> Figures:
        rows = []
        for seed in seeds:
            told: Ranked = [[] for _ in texts]
            for learn, ask in StratifiedKFold(folds, shuffle=True, random_state=seed).split(texts, labels):
                answers = sort([texts[i] for i in learn], [labels[i] for i in learn], [texts[i] for i in ask])
                for i, answer in zip(ask, answers, strict=True):
                    told[i] = answer
            first = [answer[0] for answer in told]
            right = float(np.mean([answer == label for answer, label in zip(first, labels, strict=True)]))
            in_three = float(np.mean([label in answer[:3] for answer, label in zip(told, labels, strict=True)]))
            rows.append((right, in_three, float(f1_score(labels, first, average="macro", labels=sorted(set(labels)), zero_division=0))))
        return Figures(rows)

    return run


def _bayes(texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]) -> Ranked:
    terms = CountVectorizer(analyzer="char", ngram_range=(1, 2))
    model = MultinomialNB().fit(terms.fit_transform(texts), labels)
    return [list(model.classes_[row]) for row in np.argsort(-model.predict_joint_log_proba(terms.transform(asked)), axis=1)]


def _machine(texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]) -> Ranked:
    terms = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    model = LinearSVC(random_state=0).fit(terms.fit_transform(texts), labels)
    return [list(model.classes_[row]) for row in np.argsort(-model.decision_function(terms.transform(asked)), axis=1)]


def _ours(texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]) -> Ranked:
    book = read_book()[0]
    sorting = fitted(texts, labels)
    codes = {*book.categories, *labels}
    own = not set(labels) <= book.categories.keys()

    def answer(text: str) -> list[str]:
        opinion = Opinion(sorting.ranked(text), sorting.like(text), int(sorting.cases), own)
        return list(classify_line(text, book.lexicon, book.emergency, NOWHERE, codes, learned=opinion)["categories"])

    return [answer(text) for text in asked]


CONTENDERS = {
    "naive Bayes, characters": crossed(_bayes),
    "linear SVM, characters": crossed(_machine),
    "ours": crossed(_ours),
}
