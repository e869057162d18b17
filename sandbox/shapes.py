"""The world in the Bot API's words: User, Chat, Message, ChatMember as the real server serves them."""

from __future__ import annotations

from sandbox.model import Chat, File, Json, Message, User
from sandbox.world import World

ADMIN_RIGHTS = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": True,
    "can_restrict_members": True,
    "can_promote_members": False,
    "can_change_info": True,
    "can_invite_users": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_pin_messages": True,
    "can_manage_topics": True,
}
CHANNEL_RIGHTS = {"can_post_messages": True, "can_edit_messages": True}
_MEMBER_MAY = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
]
_MEMBER_MAY_NOT = ["can_edit_tag", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics"]


def user(person: User) -> Json:
    shape: Json = {"id": person.id, "is_bot": person.is_bot, "first_name": person.name}
    if person.username:
        shape["username"] = person.username
    if person.language:
        shape["language_code"] = person.language
    return shape


def user_of(world: World, number: int) -> Json:
    """A user by id; somebody the world has forgotten is a deleted account, as on Telegram."""
    person = world.user(number)
    return user(person) if person else {"id": number, "is_bot": False, "first_name": ""}


def chat(world: World, place: Chat) -> Json:
    if place.type == "private":
        person = world.users[place.id]
        shape: Json = {"id": place.id, "first_name": person.name, "type": "private"}
        if person.username:
            shape["username"] = person.username
        return shape
    shape = {"id": place.id, "title": place.title, "type": place.type}
    if place.username:
        shape["username"] = place.username
    if place.forum:
        shape["is_forum"] = True
    return shape


def message(world: World, one: Message, *, with_reply: bool = True) -> Json:
    """A Message. A reply is one level deep. In a topic every message answers, if nothing else, the message that opened it."""
    place = world.chats[one.chat_id]
    shape: Json = {"message_id": one.id}
    if one.sender is not None:
        shape["from"] = user_of(world, one.sender)
    if one.sender_chat is not None:
        shape["sender_chat"] = chat(world, world.chats[one.sender_chat])
    shape["chat"] = chat(world, place)
    shape["date"] = int(one.at)
    if one.edited is not None:
        shape["edit_date"] = int(one.edited)
    thread = one.thread or one.root
    if thread:
        shape["message_thread_id"] = thread
    if one.origin is not None:
        shape["forward_origin"] = one.origin
    if with_reply:
        target = place.messages.get(one.reply_to or (thread if thread and thread < one.id else 0))
        if target is not None and not target.deleted:
            shape["reply_to_message"] = message(world, target, with_reply=False)
    if one.quote is not None:
        shape["quote"] = one.quote
    if one.album is not None:
        shape["media_group_id"] = one.album
    if one.protected:
        shape["has_protected_content"] = True
    shape.update(one.content)
    pinned = one.content.get("pinned_message")
    if isinstance(pinned, int):
        target = place.messages.get(pinned)
        shape["pinned_message"] = (
            message(world, target, with_reply=False)
            if target is not None and not target.deleted
            else {"chat": shape["chat"], "message_id": pinned, "date": 0}
        )
    if one.markup is not None and "inline_keyboard" in one.markup:
        shape["reply_markup"] = one.markup
    if one.thread:
        shape["is_topic_message"] = True
    return shape


def member(world: World, place: Chat, user_id: int) -> Json:
    """A ChatMember. Group rights of the bot may be narrowed per chat (`Chat.rights`)."""
    status = place.members.get(user_id, "left")
    shape: Json = {"status": status, "user": user_of(world, user_id)}
    if status == "creator":
        shape["is_anonymous"] = False
    elif status == "administrator":
        shape.update(ADMIN_RIGHTS)
        if place.type == "channel":
            shape.update(CHANNEL_RIGHTS)
        if user_id == world.bot.id and place.rights:
            shape.update(place.rights)
    elif status == "restricted":
        shape.update(dict.fromkeys(_MEMBER_MAY, False), **dict.fromkeys(_MEMBER_MAY_NOT, False), is_member=True, until_date=0)
    elif status == "kicked":
        shape["until_date"] = 0
    return shape


def private_member(world: World, person: User) -> Json:
    """The bot's own standing in a private chat: a blocked bot is "kicked"."""
    bot = user(world.bot)
    return {"status": "kicked", "user": bot, "until_date": 0} if person.blocked else {"status": "member", "user": bot}


def full_chat(world: World, place: Chat) -> Json:
    """ChatFullInfo, as getChat answers."""
    shape = chat(world, place)
    shape.update(
        accent_color_id=abs(place.id) % 7,
        max_reaction_count=11,
        accepted_gift_types={
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    )
    if place.type == "supergroup":
        shape["permissions"] = {right: right != "can_edit_tag" for right in (*_MEMBER_MAY, *_MEMBER_MAY_NOT)}
        shape["join_to_send_messages"] = True
    if place.pinned:
        pinned = place.messages[place.pinned[-1]]
        shape["pinned_message"] = message(world, pinned, with_reply=False)
    return shape


def photo_size(file: File) -> Json:
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
        "width": file.width,
        "height": file.height,
    }
