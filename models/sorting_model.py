"""A trained sorting: linear weights over runs of characters. Loading and asking need numpy alone.

`like` says whether a text resembles what was learned: a model that knows long letters of seven departments has nothing to say of
"the light is out", and must not pretend to.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.sorting_terms import Runs, cleaned, pairs, runs, subject

FORMAT = 1
"""Raised when the arrays mean something else: a version of another format is trained anew."""
TEMPERATURE = 0.3
"""Margins divided by this read as likelihoods, rather modest ones: of letters given .9 about nineteen in twenty are right."""
SHORTER, LESS_KNOWN = 0.55, 0.75
"""A text may be so much shorter and less known than nearly all that were learned."""

Numbers = NDArray[np.float32]


class NotASorting(ValueError):
    """The stored arrays are no trained sorting of this format"""


@dataclass(frozen=True)
class Sorting:
    """Weights by run and category for the whole text and for its subject, as a linear SVM has them."""

    form: NDArray[np.int64]
    names: NDArray[np.str_]
    cases: NDArray[np.int64]
    whole_runs: Runs
    whole_idf: Numbers
    whole_weights: Numbers
    subject_runs: Runs
    subject_idf: Numbers
    subject_weights: Numbers
    bias: Numbers
    shortest: Numbers
    """Characters: nearly all learned cases are at least as long."""
    known: Numbers
    """Share of pairs of characters that are known in nearly all learned cases when each is left out."""
    chinese: Numbers
    """Share of Chinese among the characters of nearly all learned cases: English has pairs of letters that are known by chance."""

    def ranked(self, text: str) -> list[tuple[str, float]]:
        """The learned categories with their likelihood (they add up to 1), best first."""
        plain = cleaned(text)
        margins = self.bias.astype(np.float64)
        for part, vocabulary, idf, learned in (
            (plain, self.whole_runs, self.whole_idf, self.whole_weights),
            (subject(plain), self.subject_runs, self.subject_idf, self.subject_weights),
        ):
            at, weights = weighed(part, vocabulary, idf)
            margins += weights @ learned[at]
        powers = np.exp((margins - margins.max()) / TEMPERATURE)
        likely = powers / powers.sum()
        order = np.argsort(-likely, kind="stable")
        return [(str(self.names[i]), float(likely[i])) for i in order]

    def like(self, text: str) -> bool:
        """Is `text` of the kind that was learned: as long, and in words that occurred?"""
        plain = cleaned(text)
        if len(plain) < SHORTER * float(self.shortest) or share_chinese(plain) < LESS_KNOWN * float(self.chinese):
            return False
        return share_known(plain, self.whole_runs) >= LESS_KNOWN * float(self.known)

    def dumped(self) -> bytes:
        """The arrays as they are stored."""
        out = io.BytesIO()
        np.savez_compressed(out, **{field.name: getattr(self, field.name) for field in fields(self)})
        return out.getvalue()

    @classmethod
    def loaded(cls, stored: bytes) -> Self:
        """The reverse of `dumped`. Raises NotASorting; nothing in `stored` is ever run."""
        try:
            with np.load(io.BytesIO(stored), allow_pickle=False) as held:
                arrays = {field.name: held[field.name] for field in fields(cls)}
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise NotASorting from error
        if int(arrays["form"]) != FORMAT:
            raise NotASorting
        return cls(**arrays)


def weighed(part: str, vocabulary: Runs, idf: Numbers) -> tuple[NDArray[np.int64], Numbers]:
    """Which runs of the vocabulary `part` holds, and their tf-idf weight: logarithmic in their number, of length 1 together."""
    codes, counts = runs(part)
    at = np.searchsorted(vocabulary, codes)
    at[at == len(vocabulary)] = 0
    held = vocabulary[at] == codes if len(vocabulary) else np.zeros(len(codes), np.bool_)
    at = at[held]
    weights = (1 + np.log(counts[held])) * idf[at]
    return at, (weights / max(float(np.linalg.norm(weights)), 1e-9)).astype(np.float32)


def share_known(plain: str, vocabulary: Runs) -> float:
    """The share of the pairs of characters in `plain` that stand in `vocabulary`."""
    found = pairs(runs(plain)[0])
    return float(np.isin(found, vocabulary).mean()) if len(found) else 0.0


def share_chinese(plain: str) -> float:
    """The share of Chinese characters among those of `plain` that are no spaces."""
    written = [char for char in plain if not char.isspace()]
    return sum("\u4e00" <= char <= "\u9fff" for char in written) / len(written) if written else 0.0
