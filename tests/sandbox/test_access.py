"""Who may be written to, and which chats the bot hears."""

from __future__ import annotations

from tests.sandbox.conftest import CheckedSandbox


async def send(sandbox: CheckedSandbox, chat: object) -> str:
    return await sandbox.refusal("sendMessage", chat_id=chat, text="x")


async def test_unknown_chats_are_not_found(demo: CheckedSandbox) -> None:
    """No chat_id, a number of nobody, an unknown name, and a person the bot never met."""
    await demo.post("/sim/personas", {"id": "stranger", "name": "生人"})
    stranger = next(one["user_id"] for one in (await demo.get("/sim/world"))["personas"] if one["id"] == "stranger")
    assert await demo.refusal("sendMessage", text="x") == "400 Bad Request: chat_id is empty"
    for chat in (12345, -1009999999999, "@nobody_here", "abc", stranger):
        assert await send(demo, chat) == "400 Bad Request: chat not found"


async def test_a_member_who_never_pressed_start_cannot_be_written_to(demo: CheckedSandbox) -> None:
    """The bot has seen them in a group, and may still not begin a conversation."""
    person = await demo.post("/sim/personas", {"id": "groupie", "name": "群友"})
    await demo.group("groupie")
    assert await send(demo, person["user_id"]) == "403 Forbidden: bot can't initiate conversation with a user"
    await demo.act("groupie", "send", text="你好")  # writing counts as pressing Start
    assert (await demo.api("sendMessage", chat_id=person["user_id"], text="好"))["text"] == "好"


async def test_a_person_who_stopped_the_bot_cannot_be_written_to(demo: CheckedSandbox) -> None:
    """Blocking and letting in again each tell the bot once."""
    persona, chat = await demo.newcomer()
    await demo.act(persona, "block")
    await demo.act(persona, "block")
    assert await send(demo, chat) == "403 Forbidden: bot was blocked by the user"
    await demo.act(persona, "start", payload="again")
    updates = await demo.updates()
    changes = [one["my_chat_member"] for one in updates if "my_chat_member" in one]
    assert [(one["old_chat_member"]["status"], one["new_chat_member"]["status"]) for one in changes] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]
    assert updates[-1]["message"]["text"] == "/start again"
    assert (await demo.api("sendMessage", chat_id=chat, text="好"))["text"] == "好"


async def test_a_deleted_account_cannot_be_written_to(demo: CheckedSandbox) -> None:
    """Its chat stays known."""
    persona, chat = await demo.newcomer()
    await demo.act(persona, "deactivate")
    assert await send(demo, chat) == "403 Forbidden: user is deactivated"


async def test_a_bot_that_was_thrown_out_is_told_and_refused(demo: CheckedSandbox) -> None:
    """Kicked, left, made a member again: my_chat_member each time, and the right refusal."""
    group = await demo.group("wang")
    for status, refusal in (
        ("kicked", "403 Forbidden: bot was kicked from the supergroup chat"),
        ("left", "403 Forbidden: bot is not a member of the supergroup chat"),
    ):
        await demo.post(f"/sim/chats/{group}/bot", {"status": status, "by": "wang"})
        (update,) = await demo.updates("my_chat_member")
        assert update["my_chat_member"]["new_chat_member"]["status"] == status
        assert await send(demo, group) == refusal
    await demo.post(f"/sim/chats/{group}/bot", {"status": "administrator"})
    await demo.updates()
    assert await demo.api("leaveChat", chat_id=group) is True
    assert await send(demo, group) == "403 Forbidden: bot is not a member of the supergroup chat"


async def test_a_plain_member_hears_only_what_is_meant_for_it(demo: CheckedSandbox) -> None:
    """Privacy mode: commands, mentions, replies to it and service messages; an administrator hears all."""
    group = await demo.group("wang", bot="member")
    own = (await demo.api("sendMessage", chat_id=group, text="问吧"))["message_id"]
    await demo.act("wang", "send", chat=group, text="谁家炖肉糊了")
    await demo.act("wang", "send", chat=group, text="/help")
    await demo.act("wang", "send", chat=group, text="/help@another_bot")
    await demo.act("wang", "send", chat=group, text="@SanMeiYuan_bot 在吗")
    await demo.act("wang", "send", chat=group, text="回你", reply_to=own)
    await demo.act("li", "join", chat=group)
    heard = [one["message"] for one in await demo.updates("message")]
    assert [one.get("text", "joined") for one in heard] == ["/help", "@SanMeiYuan_bot 在吗", "回你", "joined"]
    await demo.post(f"/sim/chats/{group}/bot", {"status": "administrator"})
    await demo.act("wang", "send", chat=group, text="谁家炖肉糊了")
    assert (await demo.updates("message"))[-1]["message"]["text"] == "谁家炖肉糊了"


async def test_members_and_administrators(demo: CheckedSandbox) -> None:
    """Six kinds of member, as far as the world has them, and counts."""
    group = await demo.group("wang", "li", admins=["qian"])
    person = {one["id"]: one["user_id"] for one in (await demo.get("/sim/world"))["personas"]}
    statuses = {name: (await demo.api("getChatMember", chat_id=group, user_id=person[name]))["status"] for name in ("wang", "qian", "amy")}
    assert statuses == {"wang": "member", "qian": "administrator", "amy": "left"}
    admins = await demo.api("getChatAdministrators", chat_id=group)
    assert {one["user"]["id"] for one in admins} == {person["qian"], 990101}
    assert await demo.api("getChatMemberCount", chat_id=group) == 4
    assert await demo.api("getChatMemberCount", chat_id=person["wang"]) == 2
    assert (
        await demo.refusal("getChatAdministrators", chat_id=person["wang"])
        == "400 Bad Request: there are no administrators in the private chat"
    )
    assert await demo.refusal("getChatMember", chat_id=group, user_id=0) == "400 Bad Request: invalid user_id specified"
    assert (await demo.api("getChatMember", chat_id=person["wang"], user_id=990101))["status"] == "member"


async def test_a_restricted_bot_may_not_write(demo: CheckedSandbox) -> None:
    """In a channel it must be an administrator."""
    group = await demo.group("wang", bot="restricted")
    channel = await demo.group("wang", type="channel", bot="member")
    assert await send(demo, group) == "400 Bad Request: not enough rights to send text messages to the chat"
    assert await send(demo, channel) == "400 Bad Request: need administrator rights in the channel chat"


async def test_commands_by_scope(demo: CheckedSandbox) -> None:
    """What is set is found again in its scope; bad names are refused; the page's menu hears of it."""
    wish = [{"command": "start", "description": "开始"}]
    await demo.api("setMyCommands", commands=wish)
    await demo.api("setMyCommands", commands=[], scope={"type": "all_group_chats"}, language_code="en")
    assert await demo.api("getMyCommands") == wish
    assert await demo.api("getMyCommands", scope={"type": "all_group_chats"}, language_code="en") == []
    assert (await demo.get("/sim/world"))["commands"] == wish
    assert await demo.api("deleteMyCommands") is True
    assert await demo.api("getMyCommands") == []
    bad = [{"command": "Ä", "description": "x"}]
    assert await demo.refusal("setMyCommands", commands=bad) == "400 Bad Request: BOT_COMMAND_INVALID"
    assert await demo.refusal("setMyCommands", commands="{") == "400 Bad Request: can't parse commands JSON object"


async def test_small_settings(demo: CheckedSandbox) -> None:
    """Descriptions and the menu button are accepted; what is not modelled answers 404."""
    assert await demo.api("setMyDescription", description="社区小助手") is True
    assert await demo.api("setMyShortDescription", short_description="小助手") is True
    assert await demo.api("setChatMenuButton", menu_button={"type": "commands"}) is True
    assert await demo.refusal("stopPoll", chat_id=1, message_id=1) == "404 Not Found: method not found"
