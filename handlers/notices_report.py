"""The report of a notice at its end, or when asked for: homes by building in columns that add up, questions, cases, as text and rows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Table, func, select

from handlers.inbound import Inbound
from handlers.notices_buttons import NoticePress
from handlers.notices_cards import version_of, words_of
from handlers.notices_counts import Homes, asked, homes_of, letters_of, together
from handlers.notices_moves import change
from handlers.notices_rights import composing
from handlers.post import insert_or_skip, post
from handlers.rooms import private_room, staff_language
from handlers.world import Json, Letter, World
from models.notice import Notice
from models.notice_delivery import NoticeReminder

REMINDER: Table = NoticeReminder.__table__  # type: ignore[assignment]
Toast = tuple[str, Json]
COLUMNS = ("building", "target", "delivered", "confirmed", "offline", "unconfirmed", "failed")


def figures(world: World, notice: Notice) -> Json:
    """Everything a report says → {"number","title","homes":{…},"buildings":[{…}],"letters":{…},"questions","cases"}."""
    rows = homes_of(world, notice)
    letters, (questions, cases) = letters_of(world, notice), asked(world, notice)
    title, _ = words_of(world, version_of(world, notice), staff_language(world))
    return {
        "number": notice.number, "title": title, "confirm": notice.need_confirm, "state": notice.state, "homes": _row(together(rows)),
        "buildings": [_row(row) for row in rows], "questions": questions, "cases": cases,
        "letters": {"total": letters.total, "sent": letters.sent, "failed": letters.failed, "unknown": letters.unknown, "stopped": letters.stopped},
    }  # fmt: skip


def _row(homes: Homes) -> Json:
    return {name: getattr(homes, name) for name in COLUMNS}


def close(world: World, notice: Notice) -> None:
    """The notice is over: its report goes to the author, with the picture and the table."""
    change(world, notice, state="closed", closed_at=world.now)
    tell(world, notice)
    order(world, notice, "papers")


def tell(world: World, notice: Notice) -> None:
    """The report as a letter, where the notice was written."""
    room = private_room(world, notice.author_id)
    chat, language = (room.chat, room.language) if room is not None else (notice.origin_chat, staff_language(world))
    letter = Letter(
        chat=chat, key="reach.report", data=figures(world, notice), language=language, priority=45, weight="staff", lane="words"
    )
    post(world, letter, key=f"report:{notice.id}:{notice.version}:{notice.rev}")


def order(world: World, notice: Notice, what: str) -> None:
    """Have papers (picture and table) or a poster drawn; bot/notice_papers.py does it after the commit."""
    mine = (NoticeReminder.notice_id == notice.id, NoticeReminder.version == notice.version, NoticeReminder.step == what)
    last = world.session.scalar(select(func.max(NoticeReminder.round)).where(*mine)) or 0
    insert_or_skip(
        world.session, REMINDER, notice_id=notice.id, version=notice.version, step=what, round=last + 1, due_at=world.now, done_at=None
    )


def papers(world: World, inbound: Inbound, person_id: str, press: NoticePress) -> Toast:
    """【报告】 and 【海报】: for whoever may write notices."""
    notice = world.session.get(Notice, press.row_id)
    if notice is None:
        return "staff.toast.not_valid", {}
    if not composing(world, person_id) and person_id != notice.author_id:
        return "notice.refused.not_approver", {}
    recent = select(NoticeReminder).where(
        NoticeReminder.notice_id == notice.id, NoticeReminder.step == press.word, NoticeReminder.done_at.is_(None)
    )
    if world.session.scalars(recent.where(NoticeReminder.due_at > world.now - timedelta(minutes=5)).limit(1)).first() is None:
        order(world, notice, press.word)
        if press.word == "papers":
            tell(world, notice)
    return "reach.toast.drawing", {}
