"""aiogram drives the sandbox as it would the real server."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    RestartingTelegram,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    MessageOriginUser,
    ReplyParameters,
)

from sandbox import pictures
from tests.sandbox.conftest import CheckedSandbox
from tests.sandbox_process import TOKEN

OK = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="好", callback_data="ok")]])
WANG = 700001
MC = -1001000000001


@pytest.fixture
async def bot(demo: CheckedSandbox) -> AsyncIterator[Bot]:
    """An aiogram bot that talks to the shared sandbox."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(demo.url))
    async with Bot(TOKEN, session=session) as bot:
        yield bot


async def test_send_edit_and_delete(bot: Bot) -> None:
    """Its types accept every answer."""
    assert (await bot.get_me()).username == "sanmeiyuan_bot"
    sent = await bot.send_message(WANG, "<b>粗</b>", parse_mode="HTML", reply_markup=OK)
    assert sent.html_text == "<b>粗</b>"
    edited = await bot.edit_message_text("细", chat_id=WANG, message_id=sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("细", None)
    reply = await bot.send_message(WANG, "答", reply_parameters=ReplyParameters(message_id=sent.message_id))
    assert reply.reply_to_message is not None
    assert await bot.delete_message(WANG, sent.message_id)
    assert await bot.delete_messages(WANG, [sent.message_id, reply.message_id])


async def test_updates_and_callbacks(bot: Bot, demo: CheckedSandbox) -> None:
    """A tap arrives, its answer is seen, the offset confirms."""
    sent = await bot.send_message(WANG, "?", reply_markup=OK)
    tap = asyncio.create_task(demo.act("wang", "tap", message=sent.message_id, button="好"))
    updates = await bot.get_updates(timeout=10)
    query = updates[-1].callback_query
    assert query is not None
    assert query.data == "ok"
    await query.answer("收到", show_alert=True)
    assert await tap == {"toast": "收到", "alert": True}
    await demo.act("wang", "send", text="/start")
    (update,) = await bot.get_updates(offset=updates[-1].update_id + 1, timeout=10)
    assert update.message is not None
    assert (update.message.text, update.message.from_user and update.message.from_user.id) == ("/start", WANG)
    await demo.forget_updates()


async def test_files_up_and_down(bot: Bot, demo: CheckedSandbox) -> None:
    """A photo, an album and a voice go up; a person's photo comes down."""
    picture = pictures.stairwell()
    photo = await bot.send_photo(WANG, BufferedInputFile(picture, "楼道.jpg"), caption="看")
    assert photo.photo is not None
    album = await bot.send_media_group(
        WANG, [InputMediaPhoto(media=BufferedInputFile(picture, "1.jpg")), InputMediaPhoto(media=photo.photo[-1].file_id)]
    )
    assert len({message.media_group_id for message in album}) == 1
    voice = await bot.send_voice(WANG, BufferedInputFile(pictures.voice(2), "a.ogg"))
    assert voice.voice is not None
    assert voice.voice.duration == 2
    await demo.act("wang", "send", photo="sample")
    (update,) = await bot.get_updates(timeout=10)
    assert update.message is not None
    assert update.message.photo is not None
    target = io.BytesIO()
    await bot.download(update.message.photo[-1], target)
    assert target.getvalue() == picture
    await demo.forget_updates()


async def test_topics_chats_and_commands(bot: Bot, demo: CheckedSandbox) -> None:
    """Forum methods, members, copies, pins."""
    topic = await bot.create_forum_topic(MC, "SMY-261123-009")
    thread = topic.message_thread_id
    card = await bot.send_message(MC, "卡片", message_thread_id=thread, reply_markup=OK)
    assert card.is_topic_message
    assert await bot.pin_chat_message(MC, card.message_id)
    assert await bot.edit_forum_topic(MC, thread, name="✅ SMY-261123-009")
    assert await bot.close_forum_topic(MC, thread)
    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(MC, "x", message_thread_id=thread)
    assert await bot.reopen_forum_topic(MC, thread)
    assert await bot.unpin_chat_message(MC)
    assert await bot.delete_forum_topic(MC, thread)
    assert (await bot.get_chat(MC)).is_forum
    # Not an administrator: aiogram 3.31 speaks Bot API 10.3, where those carry a right that 10.1 doesn't know.
    assert (await bot.get_chat_member(MC, 700021)).status == "member"
    said = await demo.act("amy", "send", text="hello")
    assert (await bot.copy_message(WANG, said["chat_id"], said["message_id"])).message_id > 0
    forwarded = await bot.forward_message(WANG, said["chat_id"], said["message_id"])
    assert isinstance(forwarded.forward_origin, MessageOriginUser)
    await bot.set_my_commands([BotCommand(command="menu", description="菜单")])
    assert [one.command for one in await bot.get_my_commands()] == ["menu"]
    assert (await bot.get_webhook_info()).url == ""
    assert await bot.delete_webhook(drop_pending_updates=True)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"code": 400}, TelegramBadRequest),
        ({"code": 401}, TelegramUnauthorizedError),
        ({"code": 403}, TelegramForbiddenError),
        ({"code": 404}, TelegramNotFound),
        ({"code": 409}, TelegramConflictError),
        ({"code": 429, "retry_after": 5}, TelegramRetryAfter),
        ({"code": 400, "migrate_to_chat_id": -1007}, TelegramMigrateToChat),
        ({"code": 502}, TelegramServerError),
        ({"code": 500, "description": "Internal Server Error: restart"}, RestartingTelegram),
        ({"drop": "request"}, TelegramNetworkError),
        ({"drop": "reply"}, TelegramNetworkError),
    ],
)
async def test_errors_arrive_by_class(bot: Bot, demo: CheckedSandbox, fault: dict[str, object], error: type[Exception]) -> None:
    """Each refusal becomes the exception it would be with the real server."""
    await demo.post("/sim/faults", fault)
    with pytest.raises(error):
        await bot.send_message(WANG, "x")


async def test_honest_errors_arrive_by_class(bot: Bot, demo: CheckedSandbox) -> None:
    """Without faults too."""
    persona, chat = await demo.newcomer()
    await demo.act(persona, "block")
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(chat, "x")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(1, "x")
    with pytest.raises(TelegramNotFound, match="method not found"):
        await bot.send_dice(WANG)
    with pytest.raises(TelegramBadRequest, match="can't parse entities"):
        await bot.send_message(WANG, "<b>", parse_mode="HTML")
