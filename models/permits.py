"""Permits: the messenger's limits as we keep them, and how many calls of a scope have been made of late.

Windows are exact lists of moments, not token buckets: a bucket of twenty a minute lets almost forty through in one.
All moments are machine time in seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

Rule = tuple[int, float]
"""At most so many calls in any so many seconds."""


@dataclass(frozen=True)
class Limits:
    """The messenger's limits as we keep them, in calls per seconds of machine time; `pace` shortens every window."""

    bot: Sequence[Rule]
    private: Sequence[Rule]
    group: Sequence[Rule]
    emergency: Sequence[Rule]
    """For emergencies in a group: what is left when the others have used up theirs."""
    is_group: Callable[[str], bool]
    pace: float = 1.0

    def rules(self, chat: str, lane: str) -> Sequence[Rule]:
        if not self.is_group(chat):
            return self.private
        return self.emergency if lane == "emergency" else self.group

    def wait(self, recent: Sequence[float], rules: Iterable[Rule], now: float) -> float:
        """Seconds until one more call is permitted, 0 = now."""
        longest = 0.0
        for count, seconds in rules:
            window = seconds / self.pace
            inside = [stamp for stamp in recent if stamp > now - window]
            if len(inside) >= count:
                longest = max(longest, inside[-count] + window - now)
        return longest

    def kept(self, recent: Sequence[float], now: float) -> list[float]:
        """The stamps that can still matter."""
        horizon = max(s for rules in (self.bot, self.private, self.group, self.emergency) for _, s in rules) / self.pace
        return [stamp for stamp in recent if stamp > now - horizon]


@dataclass
class Permits:
    """The limiter's rows while a claim is made."""

    limits: Limits
    machine: float
    rows: dict[str, tuple[list[float], float, str | None]]
    changed: set[str] = field(default_factory=set)

    def wait(self, scope: str, rules: Iterable[Rule]) -> float:
        recent, paused, _ = self.rows.get(scope, ([], 0.0, None))
        return max(paused - self.machine, self.limits.wait(recent, rules, self.machine))

    def take(self, scope: str) -> None:
        recent, paused, unreachable = self.rows.get(scope, ([], 0.0, None))
        self.rows[scope] = ([*self.limits.kept(recent, self.machine), self.machine], paused, unreachable)
        self.changed.add(scope)

    def unreachable(self, scope: str) -> str | None:
        return self.rows.get(scope, ([], 0.0, None))[2]
