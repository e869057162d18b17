"""People who play the form without think time, and the clock on each of their turns.

One form a person, then the next person takes the seat: so many seats, so many people at once. A turn lasts from handing
the update into the queue until the reply that the step waits for has arrived.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
GIVE_UP_SECONDS = 20.0


@dataclass(frozen=True)
class Step:
    """Say `say` or press the button `tap`; the reply has `hear` in its words or on one of its buttons."""

    hear: str
    say: str = ""
    tap: str = ""


@dataclass
class Seat:
    """Somebody in the middle of a form."""

    person: Json
    step: int = 0
    asked_at: float = 0.0
    heard: Json = field(default_factory=dict)


class Players:
    """Seats, the updates they cause, and what was measured. `push` takes an update without its number."""

    def __init__(self, steps: Sequence[Step], people: Sequence[Json], seats: int, push: Callable[[Json], None], first: int = 0) -> None:
        self.steps = steps
        self.push = push
        self.people: Iterator[Json] = itertools.islice(itertools.cycle(people), first, None)
        self.free = seats
        self.seated: dict[int, Seat] = {}
        self.open = True
        self.began = 0
        self.forms = 0
        self.turns: list[float] = []
        self.submits: list[float] = []
        self.beside = 0
        self.last_reply = 0.0
        self._ids = itertools.count(1)
        self._recent: deque[str] = deque(maxlen=5)

    def start(self) -> None:
        """Everybody sits down and says the first thing."""
        while self.free:
            self.free -= 1
            self._sit()

    def _sit(self) -> None:
        person = next(self.people)
        if person["id"] in self.seated:
            raise ValueError("more seats than people")
        self.began += 1
        self.seated[person["id"]] = Seat(person)
        self._act(self.seated[person["id"]])

    def _act(self, seat: Seat) -> None:
        step = self.steps[seat.step]
        who = {"id": seat.person["id"], "is_bot": False, "first_name": "居民", "language_code": "zh"}
        chat = {"id": seat.person["id"], "type": "private", "first_name": "居民"}
        number = next(self._ids)
        if step.say:
            body = {"message_id": number, "date": int(time.time()), "chat": chat, "from": who, "text": step.say.format(**seat.person)}
            update: Json = {"message": body}
        else:
            data = pressed(seat.heard, step.tap.format(**seat.person))
            tap = {"id": f"{seat.person['id']}{number:09d}", "from": who, "chat_instance": "1", "message": seat.heard, "data": data}
            update = {"callback_query": tap}
        seat.asked_at = time.perf_counter()
        self.push(update)

    def hear(self, chat: int, message: Json) -> None:
        """The bot wrote to `chat`."""
        seat = self.seated.get(chat)
        if seat is None or not matches(message, self.steps[seat.step].hear.format(**seat.person)):
            self.beside += 1
            self._recent.append(str(message.get("text", ""))[:160])
            return
        self.last_reply = time.perf_counter()
        took = self.last_reply - seat.asked_at
        self.turns.append(took)
        seat.heard = message
        seat.step += 1
        if seat.step < len(self.steps):
            self._act(seat)
            return
        self.submits.append(took)
        self.forms += 1
        del self.seated[chat]
        if self.open:
            self._sit()

    def stuck(self) -> list[str]:
        """Forms that will not go on, with the step and what was heard instead."""
        now = time.perf_counter()
        waiting = [seat for seat in self.seated.values() if now - seat.asked_at > GIVE_UP_SECONDS]
        return [f"step {s.step + 1} waits for {self.steps[s.step].hear!r}; heard {list(self._recent)}" for s in waiting]


def buttons(message: Json) -> list[Json]:
    """The inline buttons below a message."""
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", ()) for button in row if "callback_data" in button]


def pressed(message: Json, label: str) -> str:
    """The data of the button with this label, else of the first whose label holds it."""
    shown = buttons(message)
    exact = [button["callback_data"] for button in shown if button["text"] == label]
    return str((exact or [button["callback_data"] for button in shown if label in button["text"]])[0])


def matches(message: Json, wanted: str) -> bool:
    """Whether `wanted` is in the words or on a button."""
    return wanted in message.get("text", "") or any(wanted in button["text"] for button in buttons(message))
