"""A player for dialogs that are about one person: says, taps and hears, through JSON at every step, with a world that grants by script.

Every text is rendered in both languages and both reading levels, so that a missing key or variable fails here.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import locales
from bot.texts import Texts, without_markup
from dialogs import DIALOGS, kernel
from dialogs.context import Context, Who
from dialogs.kernel import Dialog, Frame, Turn
from dialogs.understand import Lexicon, Places
from dialogs.words import Answered, Ask, Chose, Event, Refused, Said, Say, Saying, Toast, Wake

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 23, 20, 5, tzinfo=ZONE)
CONTACTS = {"pm": "0999-5551234", "gas": "0999-96777", "lift": "96333", "area_suffix": "999"}
BUILDINGS = {**{str(n): {"units": 2, "floors": 11, "rooms": 3} for n in range(1, 12)}, "14": {"units": 2, "floors": 11, "rooms": 3}}
ELDER_LIMIT = 60
"""Characters of a question in elder mode (domain.md 3.17)."""
OWN = ("alarm.", "human.", "cases.", "welcome.")
NO_QUESTION = frozenset({"alarm.stay", "alarm.here", "alarm.noted", "alarm.sos", "cases.list", "cases.show"})
"""Lists and statements that only carry buttons."""

Grant = Any
"""What a wish is answered with: a value, Refused, or a function of the wish that gives one."""


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(locales.__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def settings() -> dict[str, Any]:
    return {**_table("settings"), "emergency": _table("emergency")}


def texts() -> Texts:
    return Texts(ZONE, _table("categories")["category"], CONTACTS)


def place_data() -> dict[str, Any]:
    return {"buildings": BUILDINGS, "aliases": {}}


class Player:
    """One person in one conversation."""

    def __init__(self, grants: Mapping[str, Grant] | None = None, *, dialogs: Mapping[str, Dialog] | None = None, **who: Any) -> None:
        self.grants = dict(grants or {})
        self.dialogs = dict(dialogs or DIALOGS)
        self.texts = texts()
        self.state: list[dict[str, Any]] = []
        self.wishes: list[Any] = []
        self.heard: list[Saying] = []
        self.timer: Wake | None = None
        self.ctx = Context(
            now=START,
            who=Who("p1", **{"met": True, **who}),
            lexicon=Lexicon.from_data(locales.lexicons()),
            places=Places.from_data(place_data()),
            categories=_table("categories")["category"],
            settings=settings(),
            contacts=CONTACTS,
        )

    # --- what the person does ---------------------------------------------------------------------------------------

    def opens(self, dialog: str, draft: dict[str, Any], event: Event | None = None) -> str:
        """Open `dialog` over what is there, with `event` as its first, or let it ask."""
        if event is None:
            return self._follow(kernel.start(self.dialogs, self.stack, dialog, self._json(draft), self.ctx))
        return self._follow(kernel.begin(self.dialogs, self.stack, dialog, self._json(draft), event, self.ctx))

    def says(self, text: str) -> str:
        return self.does(Said(text))

    def taps(self, label: str) -> str:
        """Tap the button of the open question whose label (in Chinese) is `label`."""
        return self.does(Chose(self.value_of(label)))

    def does(self, event: Event) -> str:
        if self.stack:
            return self._follow(kernel.advance(self.dialogs, self.stack, event, self.ctx))
        return self._follow(kernel.begin(self.dialogs, (), kernel.ROOT, {}, event, self.ctx))

    def waits(self, seconds: float) -> None:
        self.ctx = replace(self.ctx, now=self.ctx.now + timedelta(seconds=seconds))

    # --- what can be seen -------------------------------------------------------------------------------------------

    @property
    def stack(self) -> tuple[Frame, ...]:
        return tuple(Frame.from_json(frame) for frame in self.state)

    @property
    def top(self) -> tuple[str, str]:
        return (self.stack[-1].dialog, self.stack[-1].step) if self.stack else ("", "")

    @property
    def question(self) -> Ask:
        found = next((s for s in reversed(self.heard) if isinstance(s, Ask)), None)
        assert found is not None, "no question stands open"
        return found

    @property
    def question_rows_open(self) -> bool:
        """Whether the last turn left buttons to answer with."""
        return any(isinstance(s, Ask) and s.rows for s in self.heard)

    @property
    def labels(self) -> list[str]:
        return [self.label(option) for row in self.question.rows for option in row]

    def value_of(self, label: str) -> str:
        return next(option.value for row in self.question.rows for option in row if self.label(option) == label)

    def label(self, option: Any) -> str:
        return option.literal or self.texts.render(option.key, option.data, "zh")

    def wished(self, kind: type) -> list[Any]:
        return [wish for wish in self.wishes if isinstance(wish, kind)]

    @property
    def said(self) -> str:
        """What was said in the last turn, in Chinese, one message a line; "" when the bot kept quiet."""
        return "\n".join(self._rendered(s) for s in self.heard if isinstance(s, Say | Ask))

    @property
    def keys(self) -> list[str]:
        return [s.key for s in self.heard if isinstance(s, Say | Ask)]

    # --- how it runs ------------------------------------------------------------------------------------------------

    def _follow(self, turn: Turn) -> str:
        self.heard = []
        while True:
            self.heard.extend(turn.says)
            self.state = self._json([frame.to_json() for frame in turn.stack])
            if not turn.wishes:
                break
            for wish in turn.wishes:
                self.wishes.append(wish)
                turn = kernel.advance(self.dialogs, self.stack, self._grant(wish), self.ctx)
        for saying in self.heard:
            if isinstance(saying, Wake):
                self.timer = saying
            if isinstance(saying, Say | Ask | Toast):
                self._render_all(saying)
        return self.said

    def _grant(self, wish: Any) -> Answered | Refused:
        name = type(wish).__name__
        value = self.grants.get(name, {})
        if isinstance(value, Callable):
            value = value(wish)
        if isinstance(value, Refused):
            return value
        return Answered(name, self._json(value))

    def _render_all(self, saying: Say | Ask | Toast) -> None:
        data = self._json(dict(saying.data))
        for language in ("zh", "en"):
            assert self.texts.render(saying.key, data, language), saying.key
            shown = without_markup(self.texts.render(saying.key, data, language, elder=True))
            if isinstance(saying, Ask) and saying.key.startswith(OWN) and saying.key not in NO_QUESTION:
                assert self.texts.has(f"{saying.key}.elder", language), saying.key
                assert len(shown) <= ELDER_LIMIT, (language, shown)
            for option in (o for row in getattr(saying, "rows", ()) for o in row if o.key):
                assert 0 < len(self.texts.render(option.key, dict(option.data), language)) <= 64

    def _rendered(self, saying: Say | Ask) -> str:
        return self.texts.render(saying.key, dict(saying.data), "zh", elder=self.ctx.who.elder)

    @staticmethod
    def _json(value: Any) -> Any:
        return json.loads(json.dumps(value))
