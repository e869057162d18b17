"""One event of one person through the kernel: run the dialogs, grant their wishes, save, queue what is to be said.

All in the transaction that also marks the inbox row done; nothing here reads a clock or sends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from dialogs import DIALOGS, kernel
from dialogs.context import Context
from dialogs.kernel import Frame, Stack, Turn
from dialogs.policy_wishes import FindPolicy, LookUp
from dialogs.wishes import (
    BindCode,
    BindHome,
    FindSimilar,
    GiveConsent,
    ListCases,
    OpenCase,
    Quote,
    SetElderMode,
    SetLanguage,
    ShowCase,
    Wish,
)  # fmt: skip
from dialogs.words import Answered, Ask, Event, Refused, Say, Saying, Toast, Typing, Wake, last_asked
from handlers import prompts
from handlers.contexts import forget_person, who_is
from handlers.grants import grant
from handlers.post import post
from handlers.world import Button, Letter, World
from models.journal import Conversation
from models.prepared import Prepared, savepoint

ABOUT_PERSON = (GiveConsent, SetLanguage, SetElderMode, BindHome, BindCode, OpenCase)
READS = (Quote, FindSimilar, ListCases, ShowCase, FindPolicy, LookUp)
MAX_ROUNDS = 12
RECENT_SECONDS = 60


# Built once: building a statement costs more than running it, and these run in every turn.
_TALK: Table = Conversation.__table__  # type: ignore[assignment]
_BY_ADDRESS = Prepared(select(_TALK).where(_TALK.c.account == bindparam("account"), _TALK.c.address == bindparam("address")))
_BEGIN = Prepared(insert(_TALK), ("id", "account", "address", "chat", "person_id", "version"))
_SAVE = Prepared(
    update(_TALK)
    .where(_TALK.c.id == bindparam("talk"), _TALK.c.version == bindparam("was"))
    .values(state=bindparam("sealed"), version=bindparam("next"), wake_at=bindparam("at"), wake_kind=bindparam("kind"))
)


class ConversationMoved(RuntimeError):
    """Another turn of this conversation was committed meanwhile; this one must be redone"""


class WishLoop(RuntimeError):
    """A dialog kept wishing without end"""


class Talk:
    """A conversation while its turn runs: the row, its stack of frames, and the words of the last minute."""

    def __init__(self, world: World, row: Conversation) -> None:
        self.row = row
        state = world.ring.open(world.session, "conversation:state", row.id, row.state) if row.state else {}
        self.stack: Stack = tuple(Frame.from_json(frame) for frame in state.get("stack", []))
        self.recent: list[list[str]] = state.get("recent", [])
        self.greeted: bool = state.get("greeted", False)
        self.wake: Wake | None = None

    def remember(self, text: str, now: datetime) -> str:
        """Keep `text` for a minute; returns all words of that minute, joined (fragments may make a danger only together)."""
        horizon = now - timedelta(seconds=RECENT_SECONDS)
        self.recent = [[at, said] for at, said in self.recent if datetime.fromisoformat(at) > horizon][-10:]
        self.recent.append([now.isoformat(), text])
        return " ".join(said for _, said in self.recent)

    def state(self) -> dict[str, Any]:
        return {"stack": [frame.to_json() for frame in self.stack], "recent": self.recent, "greeted": self.greeted}


def load_talk(world: World, chat: str, actor: str, person_id: str) -> Talk:
    """The conversation of this person in this chat, made when new."""
    address = f"{chat}:{actor}"
    row = _BY_ADDRESS.first(world.session, account=world.account, address=address)
    if row is None:
        fresh = {"id": world.new_id(), "account": world.account, "address": address, "chat": chat, "person_id": person_id, "version": 0}
        _BEGIN.run(world.session, **fresh)
        row = Conversation(**fresh)
    return Talk(world, row)


def save_talk(world: World, talk: Talk) -> None:
    """Write the conversation back. Raises ConversationMoved when another turn was faster."""
    row = talk.row
    wake_at, wake_kind = row.wake_at, row.wake_kind
    if talk.wake is not None:
        wake_at = world.now + timedelta(seconds=talk.wake.seconds) if talk.wake.seconds else None
        wake_kind = talk.wake.kind if talk.wake.seconds else None
    sealed = world.ring.seal(world.session, row.person_id, "conversation:state", row.id, talk.state())
    moved = _SAVE.run(world.session, talk=row.id, was=row.version, next=row.version + 1, sealed=sealed, at=wake_at, kind=wake_kind)
    if moved != 1:
        raise ConversationMoved(row.id)


def run(world: World, talk: Talk, event: Event, ctx: Context, opening: tuple[str, dict[str, Any]] | None = None) -> list[Saying]:
    """Hand `event` to the dialog on top (or, with `opening`, to a new one above it) and follow it to the end of the turn."""
    said: list[Saying] = []
    if opening is not None:
        turn = kernel.begin(DIALOGS, talk.stack, opening[0], opening[1], event, ctx)
    elif talk.stack:
        turn = kernel.advance(DIALOGS, talk.stack, event, ctx)
    else:
        turn = kernel.begin(DIALOGS, (), "menu", {}, event, ctx)
    for _ in range(MAX_ROUNDS):
        said.extend(turn.says)
        talk.stack = turn.stack
        if not turn.wishes:
            return said
        turn = _grant_all(world, talk, turn, ctx, said)
    raise WishLoop(talk.stack[-1].dialog if talk.stack else "menu")


def _grant(world: World, person_id: str, wish: Wish) -> Answered | Refused:
    """Grant a wish inside a savepoint, so that a refused one leaves nothing; one that only reads needs none."""
    if isinstance(wish, READS):
        return grant(world, person_id, wish)
    with savepoint(world.session):
        return grant(world, person_id, wish)


def _grant_all(world: World, talk: Talk, turn: Turn, ctx: Context, said: list[Saying]) -> Turn:
    """Answer the wishes of `turn` in order; a wish that leads to others is followed before the next is answered."""
    result = Turn(turn.stack)
    for index, wish in enumerate(turn.wishes):
        answer = _grant(world, talk.row.person_id, wish)
        if isinstance(wish, ABOUT_PERSON):
            forget_person(world, talk.row.person_id)
        result = kernel.advance(DIALOGS, talk.stack, answer, refreshed(world, talk, ctx))
        talk.stack = result.stack
        if index + 1 < len(turn.wishes):
            said.extend(result.says)
            result.says.clear()
    return result


def refreshed(world: World, talk: Talk, ctx: Context) -> Context:
    """`ctx` with the person as a granted wish may have changed them (language, home, consent)."""
    return replace(ctx, who=who_is(world, talk.row.person_id, ctx.who.met))


def speak(world: World, talk: Talk, said: Sequence[Saying], language: str, elder: bool, tap_id: str = "") -> None:
    """Queue what the turn said: messages in order, at most one open question, the timer, a toast for the tapped button."""
    question = last_asked(said)
    toast: Toast | None = None
    for saying in said:
        match saying:
            case Say():
                _post_say(world, talk, saying, language, elder)
            case Ask() if saying is question:
                _post_ask(world, talk, saying, language, elder)
            case Ask():
                # A question overtaken by a later one of the same turn is still said, without its buttons.
                _post_say(world, talk, Say(saying.key, saying.data, (), saying.weight), language, elder)
            case Toast():
                toast = saying
            case Wake():
                talk.wake = saying
            case Typing():
                world.ephemeral.append({"do": "typing", "chat": talk.row.chat})
    if tap_id:
        answer = {"do": "answer", "tap": tap_id, "key": toast.key if toast else "", "data": toast.data if toast else {}}
        world.ephemeral.append({**answer, "language": language})


def _weight(saying: Say | Ask) -> str:
    """Only the menu may be lost when its fate is unknown; a question that never arrives would leave a person waiting."""
    return "menu" if saying.key.startswith("menu.") else ("emergency" if saying.weight == "emergency" else "receipt")


def _post_say(world: World, talk: Talk, saying: Say, language: str, elder: bool) -> None:
    weight = _weight(saying)
    letter = Letter(
        chat=talk.row.chat, key=saying.key, data=_with_elder(saying.data, elder), media=saying.media, language=language, weight=weight,
        lane="emergency" if weight == "emergency" else "words", priority=90 if weight == "emergency" else 60,
    )  # fmt: skip
    post(world, letter)


def _post_ask(world: World, talk: Talk, saying: Ask, language: str, elder: bool) -> None:
    token = prompts.open_prompt(world, talk.row.id, talk.row.person_id, saying) if saying.rows else ""
    if not saying.rows:
        prompts.close_open(world, talk.row.id)
    number = 0
    rows: list[tuple[Button, ...]] = []
    for row in saying.rows:
        buttons: list[Button] = []
        for option in row:
            data = "" if option.url else f"p:{token}:{number}"
            buttons.append(Button(key=option.key, values=option.data, literal=option.literal, data=data, url=option.url))
            number += 1
        rows.append(tuple(buttons))
    weight = _weight(saying)
    letter = Letter(
        chat=talk.row.chat, key=saying.key, data=_with_elder(saying.data, elder), rows=tuple(rows), language=language, weight=weight,
        lane="emergency" if weight == "emergency" else "words", priority=90 if weight == "emergency" else 60,
    )  # fmt: skip
    post(world, letter)


def _with_elder(data: dict[str, Any], elder: bool) -> dict[str, Any]:
    return {**data, "elder": True} if elder else data
