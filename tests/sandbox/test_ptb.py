"""python-telegram-bot, an independent second client, drives the sandbox: two clients agree or the sandbox is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from sandbox import pictures
from tests.sandbox.conftest import CheckedSandbox
from tests.sandbox_process import TOKEN

OK = InlineKeyboardMarkup([[InlineKeyboardButton("好", callback_data="ok")]])
WANG = 700001
MC = -1001000000001


@pytest.fixture
async def bot(demo: CheckedSandbox) -> AsyncIterator[Bot]:
    """A python-telegram-bot bot that talks to the shared sandbox."""
    async with Bot(TOKEN, base_url=f"{demo.url}/bot", base_file_url=f"{demo.url}/file/bot") as bot:
        yield bot


async def test_send_edit_and_delete(bot: Bot) -> None:
    """Texts, entities, keyboards, replies."""
    assert bot.username == "sanmeiyuan_bot"
    sent = await bot.send_message(WANG, "*粗* 😀 `码`", parse_mode="MarkdownV2", reply_markup=OK)
    assert {entity.type: sent.parse_entity(entity) for entity in sent.entities} == {"bold": "粗", "code": "码"}
    plain = await bot.send_message(WANG, "😀 斜", entities=[MessageEntity(MessageEntity.ITALIC, 3, 1)])
    assert plain.parse_entities() == {plain.entities[0]: "斜"}
    edited = await bot.edit_message_text("细", WANG, sent.message_id)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.reply_markup) == ("细", None)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("细", WANG, sent.message_id)
    reply = await bot.send_message(WANG, "答", reply_parameters=ReplyParameters(sent.message_id), reply_markup=ReplyKeyboardMarkup([["1"]]))
    assert reply.reply_to_message is not None
    assert await bot.delete_message(WANG, sent.message_id)


async def test_updates_and_callbacks(bot: Bot, demo: CheckedSandbox) -> None:
    """A command is known by its entity; a tap gets its toast."""
    await demo.act("wang", "start", payload="x")
    updates = await bot.get_updates(timeout=10)
    message = updates[-1].message
    assert message is not None
    assert message.parse_entities([MessageEntity.BOT_COMMAND]) == {message.entities[0]: "/start"}
    sent = await bot.send_message(WANG, "?", reply_markup=OK)
    tap = asyncio.create_task(demo.act("wang", "tap", message=sent.message_id, button="ok"))
    (update,) = await bot.get_updates(offset=updates[-1].update_id + 1, timeout=10)
    assert update.callback_query is not None
    await update.callback_query.answer("收到")
    assert await tap == {"toast": "收到", "alert": False}
    await demo.forget_updates()


async def test_files_up_and_down(bot: Bot, demo: CheckedSandbox) -> None:
    """Documents, an album of them, and a voice of a person."""
    document = await bot.send_document(WANG, InputFile(b"1,2", filename="账单.csv"), caption="账")
    assert document.document is not None
    assert document.document.file_name == "账单.csv"
    album = await bot.send_media_group(WANG, [InputMediaDocument(b"a", filename="a.txt"), InputMediaDocument(document.document.file_id)])
    assert len(album) == 2
    await demo.act("wang", "send", voice="sample")
    (update,) = await bot.get_updates(timeout=10)
    assert update.message is not None
    assert update.message.voice is not None
    file = await update.message.voice.get_file()
    assert bytes(await file.download_as_bytearray()) == pictures.voice(5)
    await demo.forget_updates()


async def test_topics_chats_and_commands(bot: Bot, demo: CheckedSandbox) -> None:
    """Forum methods, members, commands."""
    topic = await bot.create_forum_topic(MC, "话题", icon_color=7322096)
    card = await bot.send_message(MC, "卡片", message_thread_id=topic.message_thread_id)
    assert card.is_topic_message
    assert card.reply_to_message is not None
    assert await bot.close_forum_topic(MC, topic.message_thread_id)
    with pytest.raises(BadRequest, match="not_modified"):
        await bot.close_forum_topic(MC, topic.message_thread_id)
    assert await bot.delete_forum_topic(MC, topic.message_thread_id)
    assert (await bot.get_chat(MC)).is_forum
    assert await bot.get_chat_member_count(MC) == 4
    assert (await bot.get_chat_member(MC, bot.id)).status == "administrator"
    assert await bot.set_my_commands([BotCommand("menu", "菜单")])
    assert (await bot.get_my_commands())[0].description == "菜单"
    assert await bot.send_chat_action(MC, "typing")
    assert (await bot.send_location(WANG, 36.6, 117.1)).location is not None
    await demo.forget_updates()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"code": 400}, BadRequest),
        ({"code": 401}, InvalidToken),
        ({"code": 403}, Forbidden),
        ({"code": 409}, Conflict),
        ({"code": 429, "retry_after": 5}, RetryAfter),
        ({"code": 400, "migrate_to_chat_id": -1007}, ChatMigrated),
        ({"code": 502}, NetworkError),
        ({"drop": "reply"}, NetworkError),
    ],
)
async def test_errors_arrive_by_class(
    bot: Bot, demo: CheckedSandbox, fault: dict[str, object], error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each refusal becomes the exception it would be with the real server."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    await demo.post("/sim/faults", fault)
    with pytest.raises(error):
        await bot.send_message(WANG, "x")
