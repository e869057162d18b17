"""Training of the sorting with scikit-learn: a linear SVM over runs of characters. Never inside a turn.

600 letters take about two seconds on one core, 10,000 a minute or two. scikit-learn is imported here only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.svm import LinearSVC

from models.sorting_model import FORMAT, Numbers, Sorting, share_chinese, weighed
from models.sorting_terms import Runs, cleaned, pairs, runs, subject

SUBJECT_WEIGHT = 0.3
C = 1.0
"""Both cross-validated (docs/decisions/sorting.md); the figures hardly move around them."""
RARELY = 2
"""A run of fewer cases is dropped: it teaches little, and would tell what one person wrote."""
LOWEST = 1
"""Percent of the learned cases that may be unlike the others."""


class TooLittle(ValueError):
    """Sorting is learned from cases of two categories at least, with words in common"""


def fitted(texts: Sequence[str], categories: Sequence[str]) -> Sorting:
    """A sorting trained on `texts` and their `categories`. Raises TooLittle."""
    names = sorted(set(categories))
    if len(names) < 2:
        raise TooLittle
    plain = [cleaned(text) for text in texts]
    subjects = [subject(text) for text in plain]
    labels = np.array([names.index(category) for category in categories])
    whole_runs, whole_idf, found_in = _vocabulary(plain)
    if not len(whole_runs):
        raise TooLittle
    subject_runs, subject_idf, _ = _vocabulary(subjects)
    matrix = hstack([_matrix(plain, whole_runs, whole_idf), _matrix(subjects, subject_runs, subject_idf) * SUBJECT_WEIGHT]).tocsr()
    margins, bias = _weights(LinearSVC(C=C, class_weight="balanced", random_state=0).fit(matrix, labels))
    size = len(whole_runs)
    shares = [_left_out(text, whole_runs, found_in) for text in plain]
    return Sorting(
        form=np.array(FORMAT),
        names=np.array(names),
        cases=np.array(len(texts)),
        whole_runs=whole_runs,
        whole_idf=whole_idf,
        whole_weights=margins[:size],
        subject_runs=subject_runs,
        subject_idf=subject_idf,
        subject_weights=margins[size:] * SUBJECT_WEIGHT,
        bias=bias,
        shortest=np.array(np.percentile([len(text) for text in plain], LOWEST), np.float32),
        known=np.array(np.percentile(shares, LOWEST), np.float32),
        chinese=np.array(np.percentile([share_chinese(text) for text in plain], LOWEST), np.float32),
    )


def _vocabulary(texts: Sequence[str]) -> tuple[Runs, Numbers, NDArray[np.int64]]:
    """The runs worth keeping, their idf, and in how many texts each was found."""
    found, cases = np.unique(np.concatenate([runs(text)[0] for text in texts]), return_counts=True)
    kept = cases >= RARELY
    found, cases = found[kept], cases[kept]
    return found, (np.log((1 + len(texts)) / (1 + cases)) + 1).astype(np.float32), cases


def _matrix(texts: Sequence[str], vocabulary: Runs, idf: Numbers) -> csr_matrix:
    rows = [weighed(text, vocabulary, idf) for text in texts]
    ends = np.cumsum([0, *(len(at) for at, _ in rows)])
    return csr_matrix(
        (np.concatenate([weights for _, weights in rows]), np.concatenate([at for at, _ in rows]), ends),
        shape=(len(texts), len(vocabulary)),
    )


def _weights(model: LinearSVC) -> tuple[Numbers, Numbers]:
    """Weights by run and category, and the bias. For two categories the library keeps those of the second alone."""
    weights, bias = model.coef_, model.intercept_
    if len(weights) == 1:
        weights, bias = np.vstack([-weights / 2, weights / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    return weights.T.astype(np.float32), bias.astype(np.float32)


def _left_out(plain: str, vocabulary: Runs, found_in: NDArray[np.int64]) -> float:
    """The share of pairs in `plain` that would be known had it not been learned itself."""
    found = pairs(runs(plain)[0])
    return float(np.isin(found, vocabulary[found_in > RARELY]).mean()) if len(found) else 0.0
