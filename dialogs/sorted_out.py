"""Two opinions on what a message is about made one list: the words of the lexicon, and what past cases taught.

Where the cases brought categories of their own (a city's departments, say), their opinion comes first for texts like theirs, and
last for others: residents' short words keep the built-in codes. Where they only confirm built-in codes, the two are added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEARNED_FIRST = 4
"""Of five codes; the last one is what the words say."""
FULL_TRUST = 200
"""So many cases give what they taught its full weight beside the words."""
HEAVY = 0.8
"""Weight of what cases taught beside the words' best, which weighs 1."""


@dataclass(frozen=True)
class Opinion:
    """What past cases say of a text: categories with their likelihood, best first; whether it is like them; how many there were."""

    ranked: Sequence[tuple[str, float]]
    like: bool
    cases: int
    own: bool
    """Do they know categories that are not built in?"""

    @property
    def leads(self) -> bool:
        """Does it speak before the words do?"""
        return self.own and self.like


def merged(told: Sequence[str], weights: Mapping[str, float], learned: Opinion) -> list[str]:
    """All codes, best first. `told`: what the words say, best first; `weights`: the evidence for those that have any."""
    names = [code for code, _ in learned.ranked]
    if learned.own:
        first, second = (names[:LEARNED_FIRST], told) if learned.leads else (told, names)
        return list(dict.fromkeys([*first, *second, *names]))
    if not learned.like:
        return list(told)
    best = max(weights.values(), default=0.0) or 1.0
    trust = HEAVY * min(1.0, learned.cases / FULL_TRUST)
    sums = {code: weights.get(code, 0.0) / best for code in told}
    for code, likely in learned.ranked:
        sums[code] = sums.get(code, 0.0) + trust * likely
    place = {code: at for at, code in enumerate(told)}
    return sorted(sums, key=lambda code: (-sums[code], place.get(code, len(place))))
