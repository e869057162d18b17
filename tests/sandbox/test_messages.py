"""Sending, keyboards, replies, edits, deletions, pins and copies."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import CheckedSandbox

OK = {"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]}
NOT_MODIFIED = (
    "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a"
    " current content and reply markup of the message"
)


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


async def test_a_message_comes_back_whole_and_the_person_sees_it(demo: CheckedSandbox) -> None:
    """The answer holds author, chat, world's date and keyboard; the bot gets no update of its own words."""
    persona, chat = await demo.newcomer("林女士")
    sent = await demo.api("sendMessage", chat_id=chat, text="您好", reply_markup=OK, protect_content=True)
    assert sent["chat"] == {"id": chat, "first_name": "林女士", "type": "private"}
    assert (sent["from"]["is_bot"], sent["reply_markup"], sent["has_protected_content"]) == (True, OK, True)
    assert sent["date"] >= 1795392000
    shown = (await demo.messages(persona))[-1]
    assert (shown["text"], shown["is_bot"], shown["buttons"], shown["markup"]) == ("您好", True, [[{"text": "好", "data": "ok"}]], "inline")
    assert await demo.pending() == 0


@pytest.mark.parametrize(
    ("markup", "refusal"),
    [
        ("{", "can't parse reply keyboard markup JSON object"),
        ([], "object expected as reply markup"),
        ({"inline_keyboard": [{}]}, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
        ({"keyboard": ["x"]}, 'field "keyboard" must be an Array of Arrays'),
        (inline(text="x", callback_data="字" * 22), "BUTTON_DATA_INVALID"),
        (inline(text="x"), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (inline(callback_data="x"), "can't parse inline keyboard button: Can't find field \"text\""),
        (inline(text="x", url="not a link"), "inline keyboard button URL 'not a link' is invalid: Wrong HTTP URL"),
        ({"inline_keyboard": [[{"text": str(n), "callback_data": "x"} for n in range(101)]]}, "reply markup is too long"),
    ],
)
async def test_bad_keyboards_are_refused(demo: CheckedSandbox, markup: Any, refusal: str) -> None:
    """Each fault of a keyboard has the server's own words."""
    assert await demo.refusal("sendMessage", chat_id=700001, text="x", reply_markup=markup) == f"400 Bad Request: {refusal}"


async def test_callback_data_of_64_bytes_passes(demo: CheckedSandbox) -> None:
    """The limit counts bytes and includes the last one."""
    data = "字" * 21 + "x"
    sent = await demo.api("sendMessage", chat_id=700001, text="x", reply_markup=inline(text="x", callback_data=data))
    assert sent["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == data


async def test_reply_keyboards_are_shown_but_not_part_of_the_message(demo: CheckedSandbox) -> None:
    """The person sees the keyboard; the answer has no reply_markup, and tapping a key sends its words."""
    persona, chat = await demo.newcomer()
    sent = await demo.api("sendMessage", chat_id=chat, text="几栋？", reply_markup={"keyboard": [["2栋", "11栋"]]})
    assert "reply_markup" not in sent
    assert (await demo.messages(persona))[-1]["markup"] == "reply"
    await demo.act(persona, "tap", message=sent["message_id"], button="11栋")
    assert [one["message"]["text"] for one in await demo.updates("message")] == ["11栋"]
    await demo.api("sendMessage", chat_id=chat, text="好", reply_markup={"remove_keyboard": True})
    assert (await demo.messages(persona))[-1]["markup"] == "remove"


async def test_replies_hold_the_message_they_answer(demo: CheckedSandbox) -> None:
    """One level deep; a message that is gone refuses the reply unless it may go without."""
    persona, chat = await demo.newcomer()
    first = await demo.act(persona, "send", text="灯不亮 在三楼")
    number = first["message_id"]
    reply = await demo.api("sendMessage", chat_id=chat, text="哪栋？", reply_parameters={"message_id": number, "quote": "三楼"})
    assert reply["reply_to_message"]["text"] == "灯不亮 在三楼"
    assert reply["quote"] == {"text": "三楼", "position": 5, "is_manual": True}
    nested = await demo.api("sendMessage", chat_id=chat, text="再问", reply_to_message_id=reply["message_id"])
    assert "reply_to_message" not in nested["reply_to_message"]
    gone = {"message_id": 10_000_000}
    assert (
        await demo.refusal("sendMessage", chat_id=chat, text="x", reply_parameters=gone)
        == "400 Bad Request: message to be replied not found"
    )
    alone = await demo.api("sendMessage", chat_id=chat, text="x", reply_parameters={**gone, "allow_sending_without_reply": True})
    assert "reply_to_message" not in alone


async def test_edit_changes_text_and_takes_the_keyboard_away(demo: CheckedSandbox) -> None:
    """An edit without reply_markup removes the keyboard; the same again is not modified; the bot gets no update."""
    persona, chat = await demo.newcomer()
    sent = await demo.api("sendMessage", chat_id=chat, text="一", reply_markup=OK)
    where = {"chat_id": chat, "message_id": sent["message_id"]}
    assert await demo.refusal("editMessageText", **where, text="一", reply_markup=OK) == NOT_MODIFIED
    edited = await demo.api("editMessageText", **where, text="二")
    assert (edited["text"], "reply_markup" in edited, "edit_date" in edited) == ("二", False, True)
    assert await demo.refusal("editMessageReplyMarkup", **where) == NOT_MODIFIED
    again = await demo.api("editMessageReplyMarkup", **where, reply_markup=OK)
    assert (again["text"], again["reply_markup"]) == ("二", OK)
    shown = (await demo.messages(persona))[-1]
    assert (shown["text"], shown["edited"], shown["message_id"]) == ("二", True, sent["message_id"])
    assert await demo.pending() == 0


async def test_edits_that_make_no_sense_are_refused(demo: CheckedSandbox) -> None:
    """Missing, other people's, of the wrong kind, with a reply keyboard: each has its words."""
    persona, chat = await demo.newcomer()
    theirs = (await demo.act(persona, "send", text="x"))["message_id"]
    keys = await demo.api("sendMessage", chat_id=chat, text="x", reply_markup={"keyboard": [["a"]]})
    plain = await demo.api("sendMessage", chat_id=chat, text="x")
    photo = (await demo.api("sendDocument", {"document": ("a.txt", b"1")}, chat_id=chat))["message_id"]
    assert await demo.refusal("editMessageText", chat_id=chat, message_id=999999, text="y") == "400 Bad Request: message to edit not found"
    assert await demo.refusal("editMessageText", text="y") == "400 Bad Request: message identifier is not specified"
    for number in (theirs, keys["message_id"]):
        assert (
            await demo.refusal("editMessageText", chat_id=chat, message_id=number, text="y") == "400 Bad Request: message can't be edited"
        )
    assert (
        await demo.refusal("editMessageText", chat_id=chat, message_id=photo, text="y")
        == "400 Bad Request: there is no text in the message to edit"
    )
    assert (
        await demo.refusal("editMessageCaption", chat_id=chat, message_id=plain["message_id"], caption="y")
        == "400 Bad Request: there is no caption in the message to edit"
    )
    edited = await demo.api("editMessageCaption", chat_id=chat, message_id=photo, caption="<b>y</b>", parse_mode="HTML")
    assert (edited["caption"], edited["caption_entities"][0]["type"]) == ("y", "bold")


async def test_deletion(demo: CheckedSandbox) -> None:
    """A deleted message stays marked in the transcript; a second deletion finds nothing; the plural skips the missing."""
    persona, chat = await demo.newcomer()
    one = (await demo.api("sendMessage", chat_id=chat, text="一"))["message_id"]
    two = (await demo.api("sendMessage", chat_id=chat, text="二"))["message_id"]
    assert await demo.api("deleteMessage", chat_id=chat, message_id=one) is True
    assert await demo.refusal("deleteMessage", chat_id=chat, message_id=one) == "400 Bad Request: message to delete not found"
    assert await demo.refusal("deleteMessage", chat_id=chat) == "400 Bad Request: message identifier is not specified"
    assert await demo.api("deleteMessages", chat_id=chat, message_ids=[one, two, 999999]) is True
    assert [shown["deleted"] for shown in await demo.messages(persona) if shown["is_bot"]] == [True, True]
    assert await demo.refusal("deleteMessages", chat_id=chat) == "400 Bad Request: message identifiers are not specified"


async def test_old_messages_cannot_be_deleted_for_everyone(empty: CheckedSandbox) -> None:
    """In a private chat only for 48 hours of the world's time."""
    _, chat = await empty.newcomer()
    sent = (await empty.api("sendMessage", chat_id=chat, text="一"))["message_id"]
    await empty.post("/sim/clock", {"advance": 49 * 3600})
    assert await empty.refusal("deleteMessage", chat_id=chat, message_id=sent) == "400 Bad Request: message can't be deleted for everyone"


async def test_copy_and_forward(demo: CheckedSandbox) -> None:
    """A copy has no origin and answers with an id only; a forward names its author; protected content stays."""
    persona, chat = await demo.newcomer("原作者")
    said = (await demo.act(persona, "send", text="原话"))["message_id"]
    copied = await demo.api("copyMessage", chat_id=700001, from_chat_id=chat, message_id=said)
    assert list(copied) == ["message_id"]
    forwarded = await demo.api("forwardMessage", chat_id=700001, from_chat_id=chat, message_id=said)
    assert (forwarded["text"], forwarded["forward_origin"]["sender_user"]["first_name"]) == ("原话", "原作者")
    shown = (await demo.messages("wang"))[-2:]
    assert [(one["text"], one["forwarded"], one["is_bot"]) for one in shown] == [("原话", False, True), ("原话", True, True)]
    assert await demo.refusal("copyMessage", chat_id=1, message_id=1) == '400 Bad Request: parameter "from_chat_id" is required'
    where: dict[str, Any] = {"chat_id": 700001, "from_chat_id": chat}
    assert await demo.refusal("copyMessage", **where, message_id=999999) == "400 Bad Request: message to copy not found"
    assert await demo.refusal("forwardMessage", **where, message_id=999999) == "400 Bad Request: message to forward not found"
    secret = (await demo.api("sendMessage", chat_id=chat, text="x", protect_content=True))["message_id"]
    assert (
        await demo.refusal("forwardMessage", **where, message_id=secret)
        == "400 Bad Request: message has protected content and can't be forwarded"
    )


async def test_pins_tell_the_bot_with_a_service_message(demo: CheckedSandbox) -> None:
    """Of its own messages the bot hears only such."""
    group = await demo.group("wang")
    sent = (await demo.api("sendMessage", chat_id=group, text="通知"))["message_id"]
    assert await demo.refusal("pinChatMessage", chat_id=group, message_id=999) == "400 Bad Request: message to pin not found"
    await demo.api("pinChatMessage", chat_id=group, message_id=sent)
    (update,) = await demo.updates()
    assert update["message"]["pinned_message"]["text"] == "通知"
    assert (await demo.get(f"/sim/chats/{group}"))["pinned"] == sent
    assert (await demo.api("getChat", chat_id=group))["pinned_message"]["message_id"] == sent
    await demo.api("unpinChatMessage", chat_id=group)
    assert await demo.refusal("unpinChatMessage", chat_id=group) == "400 Bad Request: message to unpin not found"


async def test_chat_actions(demo: CheckedSandbox) -> None:
    """Known actions pass, others are named wrong."""
    assert await demo.api("sendChatAction", chat_id=700001, action="typing") is True
    assert await demo.refusal("sendChatAction", chat_id=700001, action="dancing") == "400 Bad Request: wrong parameter action in request"


async def test_channel_posts_have_no_author(demo: CheckedSandbox) -> None:
    """The channel itself speaks."""
    channel = next(chat["id"] for chat in (await demo.get("/sim/world"))["chats"] if chat["key"] == "pc")
    sent = await demo.api("sendMessage", chat_id="@sanmeiyuan_board", text="公示")
    assert ("from" in sent, sent["sender_chat"]["id"], sent["chat"]["type"]) == (False, channel, "channel")
