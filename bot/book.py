"""The program's data, read once at start: lexicons, categories, limits and texts of locales/ in the forms the rooms expect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

import locales
from bot.texts import Texts, without_markup
from dialogs.emergency import EmergencyLexicon
from dialogs.notice_lexicon import NoticeLexicon
from dialogs.spelling import Spelling
from dialogs.understand import Lexicon
from handlers.world import Book
from models.community import Community, numbers_of
from models.permits import Limits


@dataclass(frozen=True)
class Words:
    """The book of the handlers, and the texts of the outbox."""

    book: Book
    texts: Texts
    zone: ZoneInfo
    settings: dict[str, Any]


def read_book() -> tuple[Book, dict[str, Any]]:
    """The data alone, for batch commands; and its settings, still open for what is only known later (the bot's name)."""
    data = locales.lexicons()
    journal = locales.table("journal")
    categories = locales.table("categories")
    named = ("staff", "emergency", "asking", "services", "eligibility")
    tables = {**{name: locales.table(name) for name in named}, "expiry_hours": journal["expiry_hours"]}
    settings: dict[str, Any] = {**locales.table("settings"), **journal["journal"], **tables}
    spelling = Spelling.from_data(data["spelling"], data["traditional"])
    settings |= {"notices": locales.table("notices"), "notice_lexicon": NoticeLexicon.from_data(data["notice"], spelling)}
    book = Book(
        lexicon=Lexicon.from_data(data),
        emergency=EmergencyLexicon.from_data(data["emergency"], spelling),
        categories=categories["category"],
        sla={**categories, **locales.table("calendar"), "limits": locales.table("limits")},
        settings=settings,
        policy=locales.policy(),
    )
    return book, settings


def read_words(community: Community, session: Session | None = None) -> Words:
    """Everything with words, for this community."""
    book, settings = read_book()
    zone = ZoneInfo(community.zone)
    contacts = {key: str(value) for key, value in community.contacts.items()}
    if session is not None:
        contacts |= numbers_of(session, community.id)
    texts = Texts(zone, book.categories, contacts)

    def label(key: str, data: dict[str, Any], language: str) -> str:
        return without_markup(texts.render(key, data, language)) if texts.has(key, language) else ""

    return Words(Book(**{**vars(book), "labels": label}), texts, zone, settings)


def read_limits(pace: float) -> Limits:
    """The messenger's limits as we keep them; `pace` shortens their windows (sandbox only)."""
    rules = {
        name: tuple((int(count), float(seconds)) for count, seconds in rows) for name, rows in locales.table("journal")["limits"].items()
    }
    return Limits(**rules, is_group=lambda chat: chat.startswith("-"), pace=pace)
