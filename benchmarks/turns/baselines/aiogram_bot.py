"""The form in aiogram: long polling, routers, FSM in memory. With BENCH_DATABASE it also inserts one row at submit.

That is the ordinary bot: a synchronous SQLAlchemy session inside the handler, on SQLite as it comes. (With the insert in a
thread as many turns a second were measured, but the slowest submits took 1.5 times as long: writers wait for the file's lock.)
"""

from __future__ import annotations

import asyncio
import itertools
import os
from typing import Any

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.turns.baselines.words import BUTTONS, STAFF_CHAT, TOKEN, WORDS, api_base, label

router = Router()
numbers = itertools.count(1)


class Form(StatesGroup):
    """Where a person stands."""

    category = State()
    place = State()
    floor = State()
    confirm = State()


class Base(DeclarativeBase):
    """The ordinary bot's tables."""


class Case(Base):
    """What the ordinary bot keeps of a request."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    text: Mapped[str]
    category: Mapped[str]
    place: Mapped[str]
    floor: Mapped[str]


def keyboard(name: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=b["text"], callback_data=b["data"])] for b in BUTTONS[name]]
    )


@router.message(Form.place, F.text)
async def place(message: Message, state: FSMContext) -> None:
    await state.update_data(place=message.text)
    await state.set_state(Form.floor)
    await message.answer(WORDS["floor"])


@router.message(Form.floor, F.text)
async def floor(message: Message, state: FSMContext) -> None:
    draft = await state.update_data(floor=message.text)
    await state.set_state(Form.confirm)
    await message.answer(WORDS["confirm"].format(**draft), reply_markup=keyboard("confirm"))


@router.message(F.text)
async def begin(message: Message, state: FSMContext) -> None:
    await state.set_data({"text": message.text})
    await state.set_state(Form.category)
    await message.answer(WORDS["category"], reply_markup=keyboard("category"))


@router.callback_query(Form.category, F.data.startswith("category:"))
async def category(tap: CallbackQuery, state: FSMContext) -> None:
    await tap.answer()
    await state.update_data(category=label(tap.data or ""))
    await state.set_state(Form.place)
    if isinstance(tap.message, Message):
        await tap.message.answer(WORDS["place"])


@router.callback_query(Form.confirm, F.data == "submit")
async def submit(tap: CallbackQuery, state: FSMContext, bot: Bot, engine: Engine | None) -> None:
    await tap.answer(WORDS["toast"])
    draft = await state.get_data()
    await state.clear()
    number = next(numbers) if engine is None else file_case(engine, tap.from_user.id, draft)
    if isinstance(tap.message, Message):
        await tap.message.edit_reply_markup(reply_markup=None)
        await tap.message.answer(WORDS["receipt"].format(number=number))
    await bot.send_message(STAFF_CHAT, WORDS["staff"].format(number=number, **draft))


def file_case(engine: Engine, user_id: int, draft: dict[str, Any]) -> int:
    """One insert, one commit; the row's number."""
    with Session(engine) as session:
        row = Case(user_id=user_id, **draft)
        session.add(row)
        session.commit()
        return row.id


async def main() -> None:
    """Poll until the process is ended."""
    url = os.environ.get("BENCH_DATABASE")
    engine = create_engine(url) if url else None
    if engine is not None:
        Base.metadata.create_all(engine)
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api_base())))
    dispatcher = Dispatcher(storage=MemoryStorage(), engine=engine)
    dispatcher.include_router(router)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main())
