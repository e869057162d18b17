"""What residents say about a notice: a reply to its post, the link under it, 【家里有困难】. Each becomes a case linked to the notice."""

from __future__ import annotations

from sqlalchemy import select

from dialogs.notice_wishes import TellUnder
from dialogs.words import Answered, Event, MediaSent, Opened, Refused, Said
from handlers import desk
from handlers.filing import Filing, answer_of, file_case
from handlers.inbound import Inbound, Media, Start, Words
from handlers.mirror import line
from handlers.notices_receipts import aside_draft
from handlers.post import post
from handlers.rooms import rooms_of
from handlers.world import Button, Json, Letter, World
from models.notice import Notice
from models.notice_delivery import NoticeQuestion, NoticeRecipient
from models.place import home_of, place_words

LINKS = {"nq_": "question", "nh_": "difficulty"}
"""How a deep link begins that opens a question, or a difficulty, about the notice it names."""


def tell_under(world: World, person_id: str, wish: TellUnder) -> Answered | Refused:
    """File it: a difficulty at a desk that only its own people read, a question at the general one."""
    notice = world.session.get(Notice, wish.notice_id)
    if notice is None:
        return Refused("TellUnder", "not_found")
    home = home_of(world.session, person_id, world.now)
    place: Json = dict(place_words(home)) if home is not None else {}
    category = world.book.settings["notices"]["aside"][wish.kind]
    flags = {"needs_help": True} if wish.kind == "difficulty" else {}
    case = file_case(world, Filing(person_id, category, wish.words, place, wish.media, flags, source="notice"))
    known = world.session.get(NoticeQuestion, case.id)
    if known is None:
        desk.case_opened(world, case, wish.words, wish.media)
        title = aside_draft(world, notice, wish.version, wish.kind)["title"]
        for room in rooms_of(world, case):
            line(world, case, room, "reach.desk_about", number=notice.number, title=title, difficulty=wish.kind == "difficulty")
        world.session.add(NoticeQuestion(case_id=case.id, notice_id=notice.id, version=wish.version, kind=wish.kind, at=world.now))
        world.session.flush()
    told = answer_of(world, case)
    return Answered("TellUnder", {name: told[name] for name in ("case_id", "number", "contact_by", "answer_by")})


def posted_as(world: World, chat: str, message_id: int | None) -> NoticeRecipient | None:
    """The recipient's row behind a message of ours, None where it is no notice."""
    if message_id is None:
        return None
    query = select(NoticeRecipient).where(NoticeRecipient.chat == chat, NoticeRecipient.message_id == message_id)
    return world.session.scalars(query.order_by(NoticeRecipient.id.desc()).limit(1)).first()


def about_notice(world: World, inbound: Inbound) -> tuple[Event, tuple[str, Json]] | None:
    """A reply to a notice's post in private, or its deep link: the event and the dialog that it opens."""
    body = inbound.body
    if isinstance(body, Start):
        kind = LINKS.get(body.payload[:3])
        notice = world.session.get(Notice, body.payload[3:]) if kind else None
        return (Opened(""), ("aside", aside_draft(world, notice, notice.version, str(kind)))) if notice is not None else None
    if not isinstance(body, Words | Media) or inbound.reply_to is None or not inbound.private:
        return None
    row = posted_as(world, inbound.chat, inbound.reply_to)
    if row is None:
        return None
    draft = aside_draft(world, world.session.get_one(Notice, row.notice_id), row.version, "question")
    if isinstance(body, Words):
        return Said(body.text), ("aside", draft)
    from handlers.receive import keep_media  # receive imports this file

    return MediaSent(body.kind, keep_media(world, inbound, body, inbound.actor), body.caption, body.seconds), ("aside", draft)


def answer_under(world: World, inbound: Inbound, language: str) -> bool:
    """A reply to a notice in a group is asked for in private: nothing becomes a case there without its author's yes (domain.md 3.3)."""
    row = posted_as(world, inbound.chat, inbound.reply_to) if isinstance(inbound.body, Words | Media) else None
    if row is None:
        return False
    url = f"https://t.me/{world.book.settings.get('bot_username', '')}?start=nq_{row.notice_id}"
    letter = Letter(
        chat=inbound.chat, key="reach.ask_private", rows=((Button(key="reach.button.ask", url=url),),), language=language,
        reply_to=str(inbound.message_id or ""), weight="reminder",
    )  # fmt: skip
    post(world, letter)
    return True
