"""The form with no framework, no state kept and nothing stored: raw JSON in and out. It shows what the stand-in can serve."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from benchmarks.turns.baselines.words import BUTTONS, STAFF_CHAT, TOKEN, WORDS, api_base, label

Json = dict[str, Any]
Call = Callable[..., Awaitable[Any]]
numbers = itertools.count(1)


def keyboard(name: str) -> Json:
    return {"inline_keyboard": [[{"text": b["text"], "callback_data": b["data"]}] for b in BUTTONS[name]]}


async def on_text(call: Call, drafts: dict[int, Json], chat: int, text: str) -> None:
    draft = drafts.setdefault(chat, {})
    if "text" not in draft:
        draft["text"] = text
        await call("sendMessage", chat_id=chat, text=WORDS["category"], reply_markup=keyboard("category"))
    elif "place" not in draft:
        draft["place"] = text
        await call("sendMessage", chat_id=chat, text=WORDS["floor"])
    else:
        draft["floor"] = text
        await call("sendMessage", chat_id=chat, text=WORDS["confirm"].format(**draft), reply_markup=keyboard("confirm"))


async def on_tap(call: Call, drafts: dict[int, Json], tap: Json) -> None:
    chat = tap["message"]["chat"]["id"]
    await call("answerCallbackQuery", callback_query_id=tap["id"])
    if tap["data"] != "submit":
        drafts[chat]["category"] = label(tap["data"])
        await call("sendMessage", chat_id=chat, text=WORDS["place"])
        return
    draft, number = drafts.pop(chat), next(numbers)
    await call("editMessageReplyMarkup", chat_id=chat, message_id=tap["message"]["message_id"])
    await call("sendMessage", chat_id=chat, text=WORDS["receipt"].format(number=number))
    await call("sendMessage", chat_id=STAFF_CHAT, text=WORDS["staff"].format(number=number, **draft))


async def main() -> None:
    """Poll until the process is ended."""
    drafts: dict[int, Json] = {}
    running: set[asyncio.Task[None]] = set()
    base = f"{api_base()}/bot{TOKEN}/"
    async with aiohttp.ClientSession() as session:

        async def call(method: str, **params: Any) -> Any:
            async with session.post(base + method, json=params) as answer:
                return (await answer.json())["result"]

        offset = 0
        while True:
            for update in await call("getUpdates", offset=offset, timeout=10):
                offset = update["update_id"] + 1
                tap, message = update.get("callback_query"), update.get("message")
                work = on_tap(call, drafts, tap) if tap else on_text(call, drafts, message["chat"]["id"], message["text"])
                task = asyncio.create_task(work)
                running.add(task)
                task.add_done_callback(running.discard)


if __name__ == "__main__":
    asyncio.run(main())
