"""The living card of a notice for its author: how far it has got, who has read it, what can still be done. Drawn from the database."""

from __future__ import annotations

from sqlalchemy import func, select

from handlers.notices_buttons import notice_button
from handlers.notices_cards import version_of, words_of
from handlers.notices_counts import asked, homes_of, letters_of, together
from handlers.post import touch
from handlers.rooms import private_room, staff_language
from handlers.world import Json, World
from models.community import chat_of
from models.notice import Notice
from models.notice_delivery import NoticeReceipt

KIND = "notice"
BAR = 10
LIVE = ("delivering", "confirming", "recalled", "closed")
AT_ONCE = 30
OFFERS = {
    "delivering": ("recall",), "confirming": ("correct", "recall", "papers", "poster"), "recalled": ("papers",), "closed": ("papers",),
}  # fmt: skip
"""What the card offers, by the notice's state; who may is looked at when it is pressed."""


def show_progress(world: World) -> int:
    """Have the card drawn anew of every notice whose figures have moved; the timetable sets how often."""
    query = select(Notice).where(Notice.community_id == world.community_id, Notice.state.in_(LIVE), Notice.started_at.is_not(None))
    moving = query.where((Notice.closed_at.is_(None)) | (Notice.shown != "closed")).order_by(Notice.started_at.desc()).limit(AT_ONCE)
    count = 0
    for notice in world.session.scalars(moving).all():
        mark = "closed" if notice.state == "closed" else _mark(world, notice)
        if mark != notice.shown:
            notice.shown = mark
            _touch(world, notice)
            count += 1
    world.session.flush()
    return count


def _mark(world: World, notice: Notice) -> str:
    letters = letters_of(world, notice)
    read = world.session.scalar(
        select(func.count()).where(NoticeReceipt.notice_id == notice.id, NoticeReceipt.version == notice.version)
    )  # fmt: skip
    return f"{notice.state}:{notice.version}:{letters.total}:{letters.sent}:{letters.failed}:{letters.stopped}:{read}:{sum(asked(world, notice))}"[
        :80
    ]


def _touch(world: World, notice: Notice) -> None:
    """The card stands where the notice was written."""
    room = private_room(world, notice.author_id)
    if (
        notice.origin_chat
        and (room is None or notice.origin_chat != room.chat)
        and chat_of(world.session, world.account, notice.origin_chat)
    ):
        touch(world, KIND, notice.id, notice.origin_chat, topic=False, language=staff_language(world))
    elif room is not None:
        touch(world, KIND, notice.id, room.chat, topic=False, language=room.language)


def draw_progress(world: World, notice_id: str, chat: str) -> tuple[str, Json, tuple[tuple[Json, ...], ...]]:
    """The card as it is now."""
    notice = world.session.get_one(Notice, notice_id, populate_existing=True)
    letters, homes = letters_of(world, notice), together(homes_of(world, notice))
    questions, cases = asked(world, notice)
    title, _ = words_of(world, version_of(world, notice), staff_language(world))
    done = letters.sent + letters.failed + letters.stopped
    filled = round(BAR * done / letters.total) if letters.total else 0
    data: Json = {
        "number": notice.number, "title": title, "state": notice.state, "version": notice.version, "bar": "▓" * filled + "░" * (BAR - filled),
        "percent": round(100 * done / letters.total) if letters.total else 0, "total": letters.total, "sent": letters.sent,
        "unknown": letters.unknown, "failed": letters.failed, "stopped": letters.stopped, "eta": _eta(world, notice, letters.waiting, done),
        "confirm": notice.need_confirm, "target": homes.target, "read": homes.confirmed, "offline": homes.offline, "old": homes.old,
        "questions": questions, "cases": cases, "reason": notice.reason,
    }  # fmt: skip
    acts = OFFERS.get(notice.state, ())
    buttons = [notice_button(world, notice.id, chat, act, notice.version, f"reach.act.{act}") for act in acts]
    plain = [{name: value for name, value in vars(button).items() if value} for button in buttons]
    return "reach.progress", data, tuple(tuple(plain[at : at + 2]) for at in range(0, len(plain), 2))


def _eta(world: World, notice: Notice, waiting: int, done: int) -> int:
    """Seconds until the rest has left at the pace so far; 0 = not known, or nothing is waiting."""
    if not waiting or not done or notice.started_at is None:
        return 0
    return round(waiting * (world.now - notice.started_at).total_seconds() / done)
