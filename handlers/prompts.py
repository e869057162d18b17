"""The prompt ledger: which question stands open in a conversation, and which answer a tap, a number or a label means.

Order of resolution (channels.md B6): native button id → number → label → free text; the ledger decides, never the button.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from dialogs.words import Ask
from handlers.world import World
from models.journal import Prompt
from models.prepared import Prepared

DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


_PROMPT: Table = Prompt.__table__  # type: ignore[assignment]
_CLOSE = Prepared(
    update(_PROMPT)
    .where(_PROMPT.c.conversation_id == bindparam("conversation"), _PROMPT.c.closed_by.is_(None))
    .values(closed_by=bindparam("cause"))
)
_OPEN = Prepared(
    select(_PROMPT)
    .where(Prompt.conversation_id == bindparam("conversation"), Prompt.closed_by.is_(None), Prompt.expires_at > bindparam("now"))
    .order_by(Prompt.asked_at.desc())
    .limit(1)
)
_BY_TOKEN = Prepared(select(_PROMPT).where(_PROMPT.c.token == bindparam("prompt")))
_ANSWER = Prepared(update(_PROMPT).where(_PROMPT.c.token == bindparam("prompt")).values(closed_by=bindparam("cause")))
_ASK = Prepared(insert(_PROMPT), ("token", "conversation_id", "options", "asked_at", "expires_at"))


@dataclass(frozen=True)
class Resolved:
    """What a tap meant: a value, or nothing because the question is over or not this person's."""

    value: str | None
    over: bool = False


def open_prompt(world: World, conversation_id: str, person_id: str, question: Ask) -> str:
    """Record a question with its options; the one before is closed. Returns the token its buttons carry."""
    close_open(world, conversation_id)
    token = world.new_id()
    options = [{"value": o.value, "key": o.key, "data": o.data, "literal": o.literal} for row in question.rows for o in row]
    expiry = timedelta(hours=world.book.settings["prompt_hours"])
    sealed = world.ring.seal(world.session, person_id, "prompt:options", token, options)
    row = {"token": token, "conversation_id": conversation_id, "options": sealed, "asked_at": world.now, "expires_at": world.now + expiry}
    _ASK.run(world.session, **row)
    return token


def close_open(world: World, conversation_id: str) -> None:
    """Close every open question of the conversation."""
    _CLOSE.run(world.session, conversation=conversation_id, cause=world.cause[:96])


def resolve_tap(world: World, conversation_id: str, data: str) -> Resolved:
    """The value behind button data `p:<token>:<i>`, if that question is open in this conversation."""
    _, token, number = [*data.split(":", 2), "", ""][:3]
    prompt = _BY_TOKEN.first(world.session, prompt=token)
    if prompt is None or prompt.conversation_id != conversation_id:
        return Resolved(None, over=True)
    if prompt.closed_by is not None or prompt.expires_at <= world.now:
        return Resolved(None, over=True)
    options = _options(world, prompt)
    if not number.isdigit() or int(number) >= len(options):
        return Resolved(None, over=True)
    _ANSWER.run(world.session, prompt=token, cause=world.cause[:96])
    return Resolved(str(options[int(number)]["value"]))


def resolve_words(world: World, conversation_id: str, text: str, language: str) -> str | None:
    """The option that typed `text` names in the open question, by number or by label; None = it is free text.

    A bare number is taken only where the options are not themselves numbers said in words: "2" under 【1】【2】 is a label.
    """
    prompt = _OPEN.first(world.session, conversation=conversation_id, now=world.now)
    if prompt is None:
        return None
    options = _options(world, prompt)
    said = _fold(text)
    for option in options:
        if said and said in _labels(world, option, language):
            return _close(world, prompt, option)
    number = _number(said)
    if number is not None and 1 <= number <= len(options) and not any(_number(_fold(o["literal"])) for o in options if o["literal"]):
        numbered = world.book.settings.get("numbered_answers", False)
        return _close(world, prompt, options[number - 1]) if numbered else None
    return None


def _close(world: World, prompt: Any, option: dict[str, Any]) -> str:
    _ANSWER.run(world.session, prompt=prompt.token, cause=world.cause[:96])
    return str(option["value"])


def _options(world: World, prompt: Any) -> list[dict[str, Any]]:
    return list(world.ring.open(world.session, "prompt:options", prompt.token, prompt.options))


def _labels(world: World, option: dict[str, Any], language: str) -> set[str]:
    if option["literal"]:
        return {_fold(option["literal"])}
    label = world.book.labels(option["key"], option["data"], language) if world.book.labels else None
    return {_fold(label)} - {""} if label else set()


def _fold(text: str) -> str:
    """Letters and digits only, one width, one case: "【是的】" and "是的" are the same answer."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if c.isalnum())


def _number(said: str) -> int | None:
    text = said.removeprefix("选")
    if text.isdigit() and len(text) <= 2:
        return int(text)
    return DIGITS.get(text)
