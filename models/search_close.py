"""Candidates read closely: passages, titles and earlier questions against every unit of the question.

Shares are of the question's own weight; the names are those of search_features.NAMES.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.search_answered import Answered
from models.search_corpus import Corpus, Floats, Ints
from models.search_match import Counts, Wanted, count
from models.search_tokens import Units, terms
from models.search_words import Concept

CLOSE, CLOSE_LAST, FIRST = 7, 3, 16
"""Passages of one document that are read closely, and how many for candidates beyond the first `FIRST`."""
MOST_OF_A_WORD = 25.0


class Close:
    """The candidates read closely: their passages, titles and earlier questions against every unit of the question."""

    def __init__(
        self, corpus: Corpus, answered: Answered, codes: Units, concepts: Sequence[Concept], want: Wanted,
        weight: NDArray[np.float32], small_weight: NDArray[np.float32], large_weight: NDArray[np.float32],
        chosen: Ints, scores: NDArray[np.float32], skip: int | None,
    ) -> None:  # fmt: skip
        self.corpus, self.codes, self.want, self.chosen = corpus, codes, want, chosen
        self.meant = [concept for concept in concepts if not concept.asked]
        self.weight, self.small_weight = weight, small_weight
        self.large_weight = large_weight if len(large_weight) else np.zeros(1, np.float32)
        self.rarity = answered.rarity(want.plain)
        table = want.near()
        passages, owners = [], []
        for row, number in enumerate(chosen.tolist()):
            span = np.arange(corpus.first[number], corpus.first[number + 1])
            most = CLOSE if row < FIRST else CLOSE_LAST
            if len(span) > most:
                span = span[np.argsort(-scores[span], kind="stable")[:most]]
            passages.append(span)
            owners.append(np.full(len(span), row))
        self.passages, self.owner = np.concatenate(passages), np.concatenate(owners)
        self.text: Counts = count(corpus.units, corpus.starts, self.passages, want, table)
        self.title: Counts = count(corpus.title_units, corpus.title_starts, chosen, want, table)
        earlier = [(j, row) for row, n in enumerate(chosen.tolist()) for j in answered.of_document.get(n, ()) if j != skip]
        asked_rows, self.asked_owner = (np.array(side, dtype=np.int64) for side in (zip(*earlier, strict=True) if earlier else ((), ())))
        self.earlier: Counts = count(answered.units, answered.starts, asked_rows, want, table)

    def best_passage(self, scores: NDArray[np.float32]) -> Ints:
        """For each candidate the passage that says most of the question itself."""
        per = (np.minimum(self.text.plain, 1) @ self.weight) / (float(self.weight.sum()) + 1e-6) + scores[self.passages]
        order = np.lexsort((-per, self.owner))
        heads = np.searchsorted(self.owner[order], np.arange(len(self.chosen)))
        return np.asarray(self.passages[order][heads])

    def _most(self, per_passage: Floats) -> Floats:
        result = np.full(len(self.chosen), -1.0)
        np.maximum.at(result, self.owner, per_passage)
        return result

    def _sum(self, counts: Floats, owner: Ints) -> Floats:
        result = np.zeros((len(self.chosen), counts.shape[1]))
        np.add.at(result, owner, counts)
        return result

    def features(self) -> dict[str, Floats]:
        """All close features."""
        text, title, earlier = self.text, self.title, self.earlier
        w, sw, lw = (one.astype(np.float64) for one in (self.weight, self.small_weight, self.large_weight))
        t, st, lt = float(w.sum()) + 1e-6, float(sw.sum()) + 1e-6, float(lw.sum()) + 1e-6
        length = self.corpus.lengths[self.passages]
        norm = (0.4 + 0.6 * length / self.corpus.usual_length)[:, None]
        words = np.bincount(self.owner, weights=length, minlength=len(self.chosen))
        held = (0.4 + 0.6 * words / words.mean())[:, None]
        all2 = self._sum(text.plain, self.owner)
        all1, all3 = self._sum(text.small, self.owner), self._sum(text.large, self.owner)
        mix2 = all2 / held + 3 * title.plain + 2 * self._sum(earlier.plain, self.asked_owner)
        mix1 = all1 / held + 3 * title.small + 2 * self._sum(earlier.small, self.asked_owner)
        mix3 = all3 + title.large + self._sum(earlier.large, self.asked_owner)
        told = self._concepts()
        heard, literal = told.pop("heard"), (mix2 > 0).astype(np.float64)
        qw = w * self.rarity
        qt = float(qw.sum()) + 1e-6
        eased = mix2 + 1.5 * heard * (mix2 < 1.5)
        number = self.chosen
        return {
            "U": self._most((text.small * 2.2 / (text.small + 1.2 * norm)) @ sw / st), "Uc": self._most((text.small > 0) @ sw / st),
            "G": self._most((text.large > 0) @ lw / lt), "Pc": self._most((text.plain > 0) @ w / t),
            "TU": (title.small > 0) @ sw / st, "TG": (title.large > 0) @ lw / lt, "Tc": (title.plain > 0) @ w / t,
            "tcov": ((title.plain > 0) @ w) / self.corpus.title_weight[number], "tsc": (title.small @ sw) / self.corpus.title_small_weight[number],
            "AU": ((all1 + title.small) > 0) @ sw / st, "AC": ((all2 + title.plain) > 0) @ w / t,
            "JU": self._most(((text.small + title.small[self.owner]) > 0) @ sw / st),
            "JC": self._most(((text.plain + title.plain[self.owner]) > 0) @ w / t),
            "len": np.log(words + 1), "FJ": _soft(mix2) @ w / t, "FS": _soft(mix1) @ sw / st, "FC": literal @ w / t,
            "FSC": (mix1 > 0) @ sw / st, "FG": (mix3 > 0) @ lw / lt, "FQ": _soft(mix2) @ qw / qt, "FQC": literal @ qw / qt,
            "XC": np.maximum(literal, heard) @ w / t, "XD": np.maximum((all2 + title.plain) > 0, heard) @ w / t, "XTc": heard @ w / t,
            "FX": _soft(eased) @ qw / qt, "FXC": np.minimum(1, np.maximum(literal, heard)) @ qw / qt, **told,
        }  # fmt: skip

    def _concepts(self) -> dict[str, Floats]:
        """How much of what the question may mean is in each candidate; `heard`: its own terms that are met by official words."""
        rows = len(self.chosen)
        heard = np.zeros((rows, max(1, len(self.want.plain))))
        result = {"EC": np.zeros(rows), "ECc": np.zeros(rows), "heard": heard}
        if not self.meant or not len(self.want.official):
            return result
        numbers, idf = self.corpus.body.look_up(self.want.official)
        idf = np.where(numbers >= 0, idf, 0).astype(np.float64)
        held = (self._sum(self.text.official, self.owner) + self.title.official + self._sum(self.earlier.official, self.asked_owner)) > 0
        own, places = terms(self.codes)
        at = np.searchsorted(self.want.plain, own)
        at[at == len(self.want.plain)] = 0
        real = self.want.plain[at] == own if len(self.want.plain) else np.zeros(len(own), np.bool_)
        whole, whole_joint = 0.0, 0.0
        for concept in self.meant:
            best, sums, most, share = np.zeros(rows), np.zeros(rows), 0.0, 0.0
            for word in concept.words:
                columns = np.searchsorted(self.want.official, word)
                worth = float(idf[columns].sum())
                if worth <= 0:
                    continue
                cover = (held[:, columns] @ idf[columns] / worth) ** 2 * min(worth, MOST_OF_A_WORD)
                best, sums = np.maximum(best, cover), sums + cover
                most, share = max(most, min(worth, MOST_OF_A_WORD)), share + min(worth, MOST_OF_A_WORD)
            if most <= 0:
                continue
            value = 0.6 * best + 0.4 * sums / share * most
            result["EC"] += value
            whole += most
            inside = np.zeros(len(places), np.bool_)
            for begin, end in concept.spans:
                inside |= (places >= begin - 1) & (places < end)
            for column in set(at[inside & real].tolist()):
                heard[:, column] = np.maximum(heard[:, column], value / most)
            if concept.joint:
                result["ECc"] += value
                whole_joint += most
        result["EC"] /= max(whole, 1e-6)
        result["ECc"] /= max(whole_joint, 1e-6)
        return result


def _soft(counts: Floats) -> Floats:
    """Repetition helps less and less."""
    return counts * 2.2 / (counts + 1.2)
