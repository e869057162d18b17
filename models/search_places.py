"""Places in questions and documents: a question about one province is not answered with another's notice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

MOSTLY = 0.5
"""Share of a text's places from which the text is about that province."""


@dataclass(frozen=True)
class Where:
    """The places a text names, the provinces they lie in, and the province it is about ("" = none in particular)."""

    names: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    about: str = ""


NOWHERE = Where()


class Places:
    """`regions`: province → its cities, separated by spaces."""

    def __init__(self, regions: Mapping[str, str]) -> None:
        self._province = {name: name for name in regions}
        for province, cities in regions.items():
            for city in cities.split():
                self._province.setdefault(city, province)
        longest_first = sorted(self._province, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def read(self, text: str) -> Where:
        """Where `text` is about."""
        found = self._any.findall(text) if self._any is not None else []
        if not found:
            return NOWHERE
        counted = Counter(self._province[name] for name in found)
        province, times = counted.most_common(1)[0]
        about = province if times >= 2 and times / counted.total() >= MOSTLY else ""
        return Where(frozenset(found), frozenset(counted), about)
