"""All methods of the Bot API that are modelled, on one page. Any other answers 404, as an old server would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import editing, hooking, lookups, sending, topics
from sandbox.box import Box
from sandbox.params import Call

METHODS: dict[str, Callable[[Box, Call], Any]] = {
    "getMe": lookups.get_me,
    "getUpdates": lookups.get_updates,
    "getWebhookInfo": hooking.get_webhook_info,
    "setWebhook": hooking.set_webhook,
    "deleteWebhook": hooking.delete_webhook,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendVoice": sending.send_voice,
    "sendDocument": sending.send_document,
    "sendVideo": sending.send_video,
    "sendMediaGroup": sending.send_media_group,
    "sendLocation": sending.send_location,
    "sendContact": sending.send_contact,
    "sendChatAction": sending.send_chat_action,
    "copyMessage": sending.copy_message,
    "forwardMessage": sending.forward_message,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "pinChatMessage": editing.pin_chat_message,
    "unpinChatMessage": editing.unpin_chat_message,
    "answerCallbackQuery": editing.answer_callback_query,
    "getFile": lookups.get_file,
    "getChat": lookups.get_chat,
    "getChatMember": lookups.get_chat_member,
    "getChatAdministrators": lookups.get_chat_administrators,
    "getChatMemberCount": lookups.get_chat_member_count,
    "leaveChat": lookups.leave_chat,
    "createForumTopic": topics.create_forum_topic,
    "editForumTopic": topics.edit_forum_topic,
    "closeForumTopic": topics.close_forum_topic,
    "reopenForumTopic": topics.reopen_forum_topic,
    "deleteForumTopic": topics.delete_forum_topic,
    "setMyCommands": lookups.set_my_commands,
    "getMyCommands": lookups.get_my_commands,
    "deleteMyCommands": lookups.delete_my_commands,
    "setMyDescription": lookups.set_description,
    "setMyShortDescription": lookups.set_description,
    "setChatMenuButton": lookups.set_chat_menu_button,
}
NAMES = {name.lower(): name for name in METHODS}
