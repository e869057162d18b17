"""People in tests: `lee.says("灯不亮")`, `lee.taps("提交")`, `lee.hears("request.filed")`, over HTTP against the real processes."""

from __future__ import annotations

import re
import time
from datetime import datetime
from functools import cache
from typing import Any

import locales
from tests.demo_process import RunningWorld

Json = dict[str, Any]

WILD = "\u0000"


@cache
def pattern(key: str) -> re.Pattern[str]:
    """What a rendered text of `key` looks like, in either language: its fixed words in order."""
    found = []
    for language in ("zh", "en"):
        catalogue = locales.catalogue(language)
        for name in (key, f"{key}.elder"):
            if name in catalogue:
                found.append(_fixed_words(catalogue[name]))
    assert found, f"no text {key}"
    return re.compile("|".join(f"(?:{one})" for one in found), re.DOTALL)


def _fixed_words(template: str) -> str:
    text = re.sub(r"\{%-?\s*(if|for).*?\{%-?\s*end\1\s*-?%\}", WILD, template, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", WILD, text, flags=re.DOTALL)
    text = re.sub(r"</?[a-z][^>]*>", "", text)
    parts = [re.escape(part.strip()).replace(r"\ ", r"\s+").replace(r"\n", r"\s*").replace("\n", r"\s*") for part in text.split(WILD)]
    return ".*?".join(part for part in parts if part) or ".+"


class Persona:
    """One person at the messenger."""

    def __init__(self, demo: RunningWorld, name: str, chat: str | None = None) -> None:
        self.demo = demo
        self.name = name
        self.chat = chat or name
        self.seen = max((m["message_id"] for m in self.messages()), default=0)
        self.heard: Json | None = None

    def messages(self, thread: int | None = None) -> list[Json]:
        return list(self.demo.get(f"/sim/chats/{self.chat}", thread=thread)["messages"])

    def _act(self, act: str, body: Json) -> Any:
        return self.demo.post(f"/sim/as/{self.name}/{act}", {name: value for name, value in body.items() if value is not None})

    def _chat(self, chat: str | None) -> str | None:
        return chat or (self.chat if self.chat != self.name else None)

    def says(
        self, text: str, *, chat: str | None = None, thread: int | None = None, reply_to: int | None = None, settle: bool = False
    ) -> Json:
        return dict(self._act("send", {"chat": self._chat(chat), "text": text, "thread": thread, "reply_to": reply_to, "settle": settle}))

    def sends(self, kind: str, content: Any = "sample", caption: str | None = None, **more: Any) -> Json:
        return dict(self._act("send", {"chat": self._chat(more.pop("chat", None)), kind: content, "caption": caption, **more}))

    def starts(self, payload: str | None = None) -> None:
        self._act("start", {"payload": payload})

    def taps(self, label: str, *, message: int | None = None, chat: str | None = None, settle: bool = False) -> Json:
        """Press the newest button whose label holds `label`."""
        target = message or self.with_button(label)["message_id"]
        real = next(b for m in self.messages() if m["message_id"] == target for row in m["buttons"] for b in row if label in b["text"])
        return dict(
            self._act("tap", {"message": target, "button": real.get("data") or real["text"], "chat": self._chat(chat), "settle": settle})
        )

    def with_button(self, label: str, seconds: float = 8) -> Json:
        def look() -> Json | None:
            for message in reversed(self.messages()):
                if message["is_bot"] and not message["deleted"] and any(label in b["text"] for row in message["buttons"] for b in row):
                    return message
            return None

        return dict(self.demo.wait_for(look, seconds, f"a button {label} for {self.name}: {self.last_words()}"))

    def hears(self, what: str, seconds: float = 8) -> Json:
        """Wait for the next bot message that reads like text key `what` (or holds these words); earlier ones are passed over."""
        wanted = pattern(what) if re.fullmatch(r"[a-z_]+(\.\w+)+", what) else re.compile(re.escape(what))

        def look() -> Json | None:
            for message in self.messages():
                if message["is_bot"] and message["message_id"] > self.seen and wanted.search(message["text"] or ""):
                    return message
            return None

        message = self.demo.wait_for(look, seconds, f"{self.name} to hear {what}; last: {self.last_words()}")
        self.seen = message["message_id"]
        self.heard = message
        return dict(message)

    def new_from_bot(self) -> list[Json]:
        """What the bot has said since the last `hears`."""
        return [m for m in self.messages() if m["is_bot"] and m["message_id"] > self.seen and not m["deleted"] and not m.get("service")]

    def catches_up(self) -> None:
        self.seen = max((m["message_id"] for m in self.messages()), default=0)

    def last_words(self) -> str:
        return " / ".join(str(m["text"])[:80] for m in self.messages()[-4:])


def newcomer(demo: RunningWorld, name: str) -> Persona:
    """Somebody who has never met the bot."""
    demo.post("/sim/personas", {"id": name, "name": f"居民{name}"})
    return Persona(demo, name)


def case_number(text: str) -> str:
    """The case number in a text."""
    found = re.search(r"[A-Z]{2,3}-\d{6}-\d{3,}", text)
    assert found, f"no case number in: {text}"
    return found.group()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def seconds_between(earlier: float) -> float:
    return time.monotonic() - earlier
