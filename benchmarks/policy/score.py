"""How good the answers are: recall, rank, whether sureness tells right from wrong, and what is answered that should not be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A question's `gold` documents, what was found, how surely, whether it would be answered, and how long it took."""

    gold: tuple[str, ...]
    found: tuple[str, ...]
    sure: float
    answered: bool | None
    seconds: float

    @property
    def rank(self) -> int:
        """Of the first right document, from 1; 0 = not among those found."""
        return next((place for place, one in enumerate(self.found, start=1) if one in self.gold), 0)


def figures(asked: Sequence[Asked], coverage: float | None) -> Json:
    """All figures of one run. Who can't tell whether to answer answers as large a share of the answerable as `coverage`, the surest first."""
    answerable = [one for one in asked if one.gold]
    missing = [one for one in asked if not one.gold]
    ranks = np.array([one.rank for one in answerable])
    told: Json = {
        "n": len(answerable), "missing": len(missing), "r1": float(np.mean(ranks == 1)), "r3": float(np.mean((ranks > 0) & (ranks <= 3))),
        "mrr": float(np.mean([1 / rank if rank else 0.0 for rank in ranks])),
        "auroc": auroc([one.sure for one in asked if one.rank == 1], [one.sure for one in asked if one.rank != 1]),
    }  # fmt: skip
    if any(one.answered is None for one in asked):
        order = sorted((one.sure for one in answerable), reverse=True)
        least = order[max(0, round((coverage or 0.0) * len(order)) - 1)] if order else 0.0
        answered = [one.sure >= least for one in asked]
    else:
        answered = [bool(one.answered) for one in asked]
    shares = list(zip(asked, answered, strict=True))
    told["answered"] = _share([yes for one, yes in shares if one.gold])
    told["wrongly"] = _share([yes for one, yes in shares if not one.gold])
    told["precision"] = _share([one.rank == 1 for one, yes in shares if yes])
    times = np.array([one.seconds for one in asked]) * 1000
    told["p50_ms"], told["p95_ms"] = (float(np.quantile(times, part)) for part in (0.5, 0.95))
    return told


def _share(values: Sequence[bool]) -> float | None:
    return float(np.mean(values)) if values else None


def auroc(right: Sequence[float], wrong: Sequence[float]) -> float | None:
    """How often a right one is surer than a wrong one; ties count a half."""
    if not right or not wrong:
        return None
    order = np.sort(np.array(wrong))
    below, upto = np.searchsorted(order, right, "left"), np.searchsorted(order, right, "right")
    return float(np.mean((below + upto) / 2) / len(order))
