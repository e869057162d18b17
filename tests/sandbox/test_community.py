"""The demo community is there from the first day, as the plan says."""

from __future__ import annotations

from tests.sandbox.conftest import CheckedSandbox
from tests.sandbox_process import running

PEOPLE = ["wang", "li", "amy", "zhang", "new", "chen", "zhou", "liu", "zhao", "sun", "qian", "an", "he", "du", "wu", "shi"]
CHATS = ["mc", "mc-s", "gw-001", "gw-002", "lc", "vc", "pc", *(f"bg-{number}" for number in (*range(1, 12), 14))]


async def test_people_and_chats_of_the_plan() -> None:
    """Every persona and chat key, names, languages, forums, members; only `new` has never met the bot."""
    async with running() as sandbox:
        world = await sandbox.get("/sim/world")
    people = {one["id"]: one for one in world["personas"]}
    chats = {one["key"]: one for one in world["chats"]}
    assert set(people) == set(PEOPLE)
    assert set(chats) == set(CHATS)
    assert world["bot"] == {"id": 990101, "username": "sanmeiyuan_bot", "name": "三眉园小助手", "online": False}
    assert [name for name, one in people.items() if not one["started"]] == ["new"]
    assert (people["wang"]["name"], people["amy"]["language"], people["li"]["language"]) == ("王阿姨", "en", "zh-hans")
    assert all(isinstance(one["roles"], list) and one["user_id"] > 0 for one in people.values())
    assert {key for key, one in chats.items() if one["forum"]} == {"mc", "mc-s"}
    assert all(str(one["id"]).startswith("-100") and one["bot"] == "administrator" for one in chats.values())
    members = {key: set(one["members"]) for key, one in chats.items()}
    assert {"zhao", "sun", "qian"} <= members["mc"] & members["mc-s"]
    assert "shi" not in members["mc-s"]
    assert {"wu", "du", "he", "an"} <= members["lc"]
    assert ("wang" in members["bg-2"], "li" in members["bg-9"], "amy" in members["bg-5"], "zhang" in members["bg-7"]) == (True,) * 4
    assert "chen" in members["gw-001"] & members["bg-1"]
    assert "zhou" in members["gw-002"] & members["bg-14"]
    assert not any("new" in one for one in members.values())


async def test_the_bot_is_an_administrator_with_the_rights_it_needs(demo: CheckedSandbox) -> None:
    """In the moderator chat it may manage topics, pin and delete; `qian` is the human administrator."""
    chat = -1001000000001
    admins = {one["user"]["id"]: one for one in await demo.api("getChatAdministrators", chat_id=chat)}
    assert set(admins) == {990101, 700023}
    assert all(admins[990101][right] for right in ("can_manage_topics", "can_pin_messages", "can_delete_messages"))
    full = await demo.api("getChat", chat_id=chat)
    assert (full["type"], full["is_forum"], full["title"]) == ("supergroup", True, "三眉园 调度群")


async def test_an_empty_world_has_only_the_bot(fresh: CheckedSandbox) -> None:
    """Nobody and no chat."""
    world = await fresh.get("/sim/world")
    assert (world["personas"], world["chats"]) == ([], [])


async def test_online_means_that_somebody_asks_for_updates(fresh: CheckedSandbox) -> None:
    """Within the last seconds."""
    assert (await fresh.get("/sim/world"))["bot"]["online"] is False
    await fresh.api("getUpdates")
    assert (await fresh.get("/sim/world"))["bot"]["online"] is True


async def test_plays_are_scenes_of_the_personas(demo: CheckedSandbox) -> None:
    """Four of them, titled in both languages, with steps the page can do."""
    plays = await demo.get("/sim/plays")
    people = {one["id"] for one in (await demo.get("/sim/world"))["personas"]}
    assert len(plays) == 4
    for play in plays:
        assert set(play["title"]) == {"zh", "en"}
        assert play["persona"] in people
        for step in play["steps"]:
            assert {"advance"} == set(step) or (step["as"] in people and len(set(step) & {"send", "tap", "start"}) == 1)
