"""The states of a case and what they mean to clocks, to residents and to chats. Pure: no database, no clock."""

from __future__ import annotations

from typing import Protocol

OPEN = frozenset({"submitted", "need_info", "accepted", "assigned", "in_progress", "paused", "answered", "confirming", "review"})
CLOSED = frozenset({"closed", "declined", "merged", "withdrawn", "invalid"})
STATES = OPEN | CLOSED

OUTCOMES = frozenset({"solved", "partly", "explained_cannot", "planned", "no_response", "referred"})

AUDITOR_ONLY = frozenset({"PT03"})
NEVER_MERGED = ("DS", "AS", "PT")
SECOND_PAIR_OF_EYES = ("DS", "AS", "PT")
NEVER_LISTED = ("DS04", "DS05")
"""Emergencies that must not show in a list on a phone that somebody else may read."""



class Flags(Protocol):
    """What decides where a case is dealt with."""

    @property
    def category(self) -> str: ...
    @property
    def sla(self) -> str: ...
    @property
    def emergency(self) -> str: ...
    @property
    def sensitive(self) -> bool: ...
    @property
    def confidential(self) -> bool: ...
    @property
    def anonymous(self) -> bool: ...


def is_open(state: str) -> bool:
    return state in OPEN


def desk_of(case: Flags) -> str:
    """The chat a case belongs to: "mc", "mc-s" or "auditor" (a private chat). Whoever is elsewhere gets no trace of it."""
    if case.category in AUDITOR_ONLY:
        return "auditor"
    if case.sensitive or case.confidential or case.anonymous or case.emergency or case.sla == "E0":
        return "mc-s"
    return "mc"


DUTY_DESK = "duty"


def specialist_desk(category: str) -> str:
    """The desk of community staff whose matter a category is (domain.md 3.1); "duty" where only the duty officer is."""
    own = {"AS03": "elder", "DS04": DUTY_DESK, "DS05": DUTY_DESK, "ME01": DUTY_DESK}
    by_group = {"AS": "civil_affairs", "DS": "mediation", "SF": "safety"}
    return own.get(category) or by_group.get(category[:2], "general")
