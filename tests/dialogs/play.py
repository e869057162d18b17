"""A player for conversations without a database: one person says, taps and waits; a small fake world grants the wishes.

Every frame, event and wish goes through JSON, every text is rendered in both languages and reading levels, timers run on the
player's clock, and words are read as handlers/receive.py reads them: danger first, then labels, then words that work at any time.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import Any

from bot.texts import without_markup
from dialogs import DIALOGS, kernel
from dialogs import words as words_module
from dialogs.context import Context, Who
from dialogs.emergency import Finding, detect
from dialogs.kernel import Dialog, Frame, Turn
from dialogs.understand import command
from dialogs.words import (
    Ask,
    Chose,
    Commanded,
    Event,
    MediaSent,
    Opened,
    Option,
    Said,
    Say,
    Saying,
    Toast,
    Wake,
    Woke,
    last_asked,
)  # fmt: skip
from tests.dialogs.fake_world import CONTACTS, ZONE, FakeWorld, Json, as_json, book

ANYTIME = frozenset({"human", "cancel", "back", "progress", "menu"})
LANGUAGES = ("zh", "en")


def event_again(event: Event) -> Event:
    """The event as it comes back from JSON."""
    kind = getattr(words_module, type(event).__name__)
    data = as_json(asdict(event))
    return kind(**{f.name: tuple(data[f.name]) if isinstance(data[f.name], list) else data[f.name] for f in fields(kind)})  # type: ignore[no-any-return]


_rendered: set[str] = set()
"""Texts that were rendered already with data of the same shape: rendering them again would prove nothing."""


def _shape(*parts: Any) -> str:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: shape(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [shape(each) for each in value]
        return value if isinstance(value, str) and value.isidentifier() else bool(value)

    return json.dumps(shape(parts), sort_keys=True)


class Player:
    """One person in one conversation. `says`, `taps`, `sends` and `waits` return the messages that came back, one string each."""

    def __init__(self, at: str = "2026-11-23T20:05:00", **who: Any) -> None:
        data = book()
        self.world = FakeWorld()
        self.quiet = False
        self.dialogs: Mapping[str, Dialog] = DIALOGS
        self.state: list[Json] = []
        self.said: list[Saying] = []
        self.open: Ask | None = None
        self.timer: tuple[datetime, str] | None = None
        self.log: list[str] = []
        self.ctx = Context(
            now=datetime.fromisoformat(at).replace(tzinfo=ZONE), who=Who("p1", **{"met": True, **who}), lexicon=data["lexicon"],
            places=data["places"], categories=data["categories"], settings=data["settings"], contacts=CONTACTS,
        )  # fmt: skip

    # --- what the person does -----------------------------------------------------------------------------------------

    def says(self, text: str) -> list[str]:
        self.log.append(f"U: {text}")
        finding = detect(text, book()["emergency"])
        if finding is not None and self.top[0] != "alarm":
            return self._alarm(finding, text)
        value = self._labelled(text)
        if value is not None:
            return self.does(Chose(value))
        name = command(text, self.ctx.lexicon)
        return self.does(Commanded(name, text) if name in ANYTIME else Said(text))

    def taps(self, label: str) -> list[str]:
        """Tap the button with this label of the question that stands open; its value works as well."""
        self.log.append(f"U: 【{label}】")
        options = [o for row in (self.open.rows if self.open else ()) for o in row]
        chosen = next((o for o in options if label in (self.label(o), o.value)), None)
        assert chosen is not None, f"no button {label} in {[self.label(o) for o in options]}"
        return self.does(Chose(chosen.value))

    def sends(self, kind: str = "photo", words: str = "", seconds: int = 0) -> list[str]:
        self.log.append(f"U: [{kind}] {words}")
        return self.does(MediaSent(kind, f"m{len(self.log)}", words, seconds))  # type: ignore[arg-type]

    def starts(self, payload: str = "") -> list[str]:
        return self.does(Opened(payload))

    def does(self, event: Event) -> list[str]:
        event = event_again(event)
        if self.stack:
            return self._follow(kernel.advance(self.dialogs, self.stack, event, self.ctx))
        return self._follow(kernel.begin(self.dialogs, (), kernel.ROOT, {}, event, self.ctx))

    def waits(self, seconds: float) -> list[str]:
        """Let the world's time pass; timers fire on the way."""
        end, heard = self.ctx.now + timedelta(seconds=seconds), []
        while self.timer is not None and self.timer[0] <= end:
            due, kind = self.timer
            self.timer = None
            self.ctx = replace(self.ctx, now=due)
            heard += self.does(Woke(kind))
        self.ctx = replace(self.ctx, now=end)
        return heard

    def changes(self, **who: Any) -> Json:
        self.ctx = replace(self.ctx, who=replace(self.ctx.who, **who))
        return {}

    # --- what can be seen -----------------------------------------------------------------------------------------------

    @property
    def stack(self) -> tuple[Frame, ...]:
        return tuple(Frame.from_json(frame) for frame in as_json(self.state))

    @property
    def top(self) -> tuple[str, str]:
        return (self.state[-1]["dialog"], self.state[-1]["step"]) if self.state else ("", "")

    @property
    def draft(self) -> Json:
        return dict(self.state[-1]["draft"])

    @property
    def labels(self) -> list[str]:
        """The buttons of the question that stands open."""
        return [self.label(option) for row in (self.open.rows if self.open else ()) for option in row]

    @property
    def keys(self) -> list[str]:
        return [str(s.data.get("inner", s.key)) for s in self.said if isinstance(s, Say | Ask)]

    def label(self, option: Option) -> str:
        return option.literal or without_markup(book()["texts"].render(option.key, option.data, self.ctx.who.language))

    # --- how it runs ----------------------------------------------------------------------------------------------------

    def _alarm(self, finding: Finding, text: str) -> list[str]:
        draft = {"kind": finding.kind, "check": finding.check, "inform": finding.inform, "text": text, "shown": True, "group": False}
        return self._follow(kernel.begin(self.dialogs, self.stack, "alarm", draft, Said(text), self.ctx))

    def _labelled(self, text: str) -> str | None:
        def fold(words: str) -> str:
            return "".join(c for c in unicodedata.normalize("NFKC", words).casefold() if c.isalnum())

        options = [o for row in (self.open.rows if self.open else ()) for o in row]
        return next((o.value for o in options if fold(text) and fold(self.label(o)) == fold(text)), None)

    def _follow(self, turn: Turn) -> list[str]:
        said: list[Saying] = []
        for _ in range(20):
            said.extend(turn.says)
            self.state = as_json([frame.to_json() for frame in turn.stack])
            if not turn.wishes:
                break
            assert len(turn.wishes) == 1, "one wish at a time: the answer of the first may change what the second is"
            answer = self.world.grant(turn.wishes[0], self)
            turn = kernel.advance(self.dialogs, self.stack, event_again(answer), self.ctx)
        else:
            raise AssertionError("a dialog wished without end")
        self.said = said
        question = last_asked(said)
        self.open = question if question is not None else self.open
        self.changes(met=True)
        for saying in said:
            if isinstance(saying, Wake):
                self.timer = (self.ctx.now + timedelta(seconds=saying.seconds), saying.kind) if saying.seconds else None
            elif isinstance(saying, Say | Ask | Toast):
                self._check_texts(saying)
        if self.quiet:
            return []
        heard = [self._text(s) for s in said if isinstance(s, Say | Ask)]
        self.log.extend(f"B: {text}" for text in heard)
        return heard

    def _text(self, saying: Say | Ask) -> str:
        return without_markup(book()["texts"].render(saying.key, as_json(saying.data), self.ctx.who.language, elder=self.ctx.who.elder))

    @staticmethod
    def _check_texts(saying: Say | Ask | Toast) -> None:
        """Rendered in every language and reading level, with its buttons: a missing key or variable fails here."""
        texts, data = book()["texts"], as_json(saying.data)
        shape = _shape(saying.key, data, [(o.key, o.data) for row in getattr(saying, "rows", ()) for o in row])
        if shape in _rendered:
            return
        _rendered.add(shape)
        for language in LANGUAGES:
            for elder in (False, True):
                assert texts.render(saying.key, data, language, elder=elder), saying.key
            for option in (o for row in getattr(saying, "rows", ()) for o in row if o.key):
                assert 0 < len(texts.render(option.key, as_json(option.data), language)) <= 64, option.key
