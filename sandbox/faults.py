"""Faults put in from outside: which calls fail, how, and how often."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from sandbox.errors import ApiError, SimError, refuse, too_many
from sandbox.model import Json
from sandbox.params import Call

_TEXT = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    413: "Request Entity Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
}

_FIELDS = frozenset(
    ["method", "match", "code", "retry_after", "migrate_to_chat_id", "description", "times", "after", "drop", "delay", "body"]
)


@dataclass(slots=True)
class Fault:
    """One fault. `times` None: until it is removed; `delay` in seconds of machine time; `body` an answer that is no Bot API answer."""

    id: str
    method: str
    match: str | dict[str, str] | None
    code: int | None
    retry_after: int | None
    migrate_to: int | None
    description: str | None
    times: int | None
    after: int
    drop: str | None
    delay: float
    body: str | None
    hits: int = 0

    def fits(self, call: Call) -> bool:
        if self.method not in ("*", call.method):
            return False
        if isinstance(self.match, dict):
            return all(call.params.get(name) == value for name, value in self.match.items())
        return self.match is None or any(self.match in value for value in call.params.values())

    def error(self) -> ApiError | None:
        """What the client gets; None when the call is only dropped or delayed."""
        if self.code is None:
            return None
        if self.code == 429 and self.retry_after is not None:
            return too_many(self.retry_after)
        parameters = {"migrate_to_chat_id": self.migrate_to} if self.migrate_to is not None else {}
        if self.migrate_to is not None and self.description is None:
            return refuse("group chat was upgraded to a supergroup chat", **parameters)
        return ApiError(self.code, self.description or _TEXT.get(self.code, f"Error {self.code}"), **parameters)

    def view(self) -> Json:
        shown = {
            "id": self.id, "method": self.method, "match": self.match, "code": self.code, "retry_after": self.retry_after,
            "migrate_to_chat_id": self.migrate_to, "description": self.description, "times": self.times, "after": self.after,
            "drop": self.drop, "delay": self.delay or None, "body": self.body, "hits": self.hits,
        }  # fmt: skip
        return {name: value for name, value in shown.items() if value is not None or name == "times"}


class Faults:
    """The faults in force, oldest first; the first that fits a call is taken."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._numbers = itertools.count(1)

    def add(self, wish: Json) -> Fault:
        """Raises SimError 400 for a fault that makes no sense."""
        unknown = set(wish) - _FIELDS
        if unknown:
            raise SimError(400, f"a fault has no {', '.join(sorted(unknown))}")
        code, drop, match = _number(wish, "code"), wish.get("drop"), wish.get("match")
        retry_after, delay, body = _number(wish, "retry_after"), wish.get("delay", 0), wish.get("body")
        if drop not in (None, "request", "reply"):
            raise SimError(400, 'drop is "request" or "reply"')
        if code is not None and not 400 <= code <= 599 and body is None:
            raise SimError(400, "code is an HTTP status from 400 to 599")
        if code is None and drop is None and not delay and body is None:
            raise SimError(400, "a fault needs a code, drop, delay or body")
        if match is not None and not isinstance(match, str | dict):
            raise SimError(400, "match is a piece of text or an object of parameters")
        times = _number(wish, "times") if "times" in wish else 1
        if times is not None and times < 1:
            raise SimError(400, "times is at least 1, or null for always")
        fault = Fault(
            str(next(self._numbers)),
            str(wish.get("method") or "*").lower(),
            {name: str(value) for name, value in match.items()} if isinstance(match, dict) else match,
            code,
            1 if code == 429 and retry_after is None else retry_after,
            _number(wish, "migrate_to_chat_id"),
            wish.get("description"),
            times,
            _number(wish, "after") or 0,
            drop,
            float(delay),
            body,
        )
        self._faults[fault.id] = fault
        return fault

    def take(self, call: Call) -> Fault | None:
        """The fault that hits this call, counted off."""
        for fault in self._faults.values():
            if not fault.fits(call):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.hits += 1
            if fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    del self._faults[fault.id]
            return fault
        return None

    def remove(self, number: str | None = None) -> None:
        """Removes one, or all. Raises SimError 404 for an unknown one."""
        if number is None:
            self._faults.clear()
        elif self._faults.pop(number, None) is None:
            raise SimError(404, f"there is no fault {number}")

    def view(self) -> list[Json]:
        return [fault.view() for fault in self._faults.values()]


def _number(wish: dict[str, Any], name: str) -> int | None:
    value = wish.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise SimError(400, f"{name} is a whole number")
    return value
