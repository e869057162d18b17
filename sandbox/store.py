"""Keeps a world in one SQLite file: what changed is written every second and at the end, nothing else."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

from sandbox.box import Box
from sandbox.model import Chat, File, Message, Topic, User
from sandbox.updates import Update
from sandbox.webhook import Target

EVERY_SECONDS = 0.8
_SCHEMA = """
CREATE TABLE IF NOT EXISTS thing (kind TEXT, id TEXT, sub INTEGER, body TEXT, data BLOB, PRIMARY KEY (kind, id, sub)) WITHOUT ROWID
"""
_PUT = "INSERT OR REPLACE INTO thing VALUES (?, ?, ?, ?, ?)"
_DROP = "DELETE FROM thing WHERE kind = ? AND id = ? AND sub = ?"
Row = tuple[str, str, int, str, bytes | None]


class Store:
    """The file of one world. Raises sqlite3.Error when it can't be opened."""

    def __init__(self, path: Path, box: Box) -> None:
        self._box = box
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {_SCHEMA};")
        # A write goes on in its thread though the task that began it was cancelled; the last one must wait for it.
        self._writing = threading.Lock()

    def empty(self) -> bool:
        return self._db.execute("SELECT 1 FROM thing LIMIT 1").fetchone() is None

    def load(self) -> None:
        """Fills the empty box; its clock goes on from where it was left."""
        world, queue = self._box.world, self._box.queue
        messages: list[Message] = []
        for kind, _, _, body, data in self._db.execute("SELECT * FROM thing ORDER BY kind, id, sub"):
            shape = json.loads(body)
            if kind == "user":
                world.add_person(User(**shape))
            elif kind == "chat":
                shape["topics"] = {int(number): Topic(**topic) for number, topic in shape["topics"].items()}
                shape["members"] = {int(number): status for number, status in shape["members"].items()}
                world.add_chat(Chat(**shape))
            elif kind == "message":
                messages.append(Message(**shape))
            elif kind == "file":
                file = File(**shape, data=data or b"")
                world.files[file.id] = world.paths[file.path] = file
            elif kind == "update":
                queue.pending[shape["id"]] = Update(shape["id"], shape["body"].encode(), shape["expires"])
            elif kind == "bot":
                world.bot, world.bot_seen, world.commands = User(**shape["user"]), shape["seen"], shape["commands"]
                self._box.webhook.point(Target(**shape.get("webhook", {})))
            elif kind == "course":
                world.clock.resume(shape["now"], shape["version"])
                world.rev, world.private_messages = shape["rev"], shape["private_messages"]
                queue.next_id, queue.allowed = shape["next_update"], shape["allowed"]
        for message in messages:
            world.chats[message.chat_id].messages[message.id] = message
        queue.pending = dict(sorted(queue.pending.items()))
        world.dirty.clear()

    async def keep(self) -> None:
        """Writes for as long as it is not cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            world, queue = self._box.world, self._box.queue
            dirty, changed = set(world.dirty), set(queue.dirty)
            try:
                await asyncio.to_thread(self._write, *self._changes())
            except sqlite3.Error as error:  # a full disk: tried again with the next changes
                world.dirty |= dirty
                queue.dirty |= changed
                print(f"The world could not be kept: {error}.", file=sys.stderr)

    def close(self) -> None:
        """Writes the last changes, on the spot."""
        self._write(*self._changes())
        self._db.close()

    def _write(self, rows: list[Row], gone: list[tuple[str, str, int]]) -> None:
        with self._writing, self._db:
            self._db.execute("BEGIN")
            self._db.executemany(_PUT, rows)
            self._db.executemany(_DROP, gone)

    def _changes(self) -> tuple[list[Row], list[tuple[str, str, int]]]:
        world, queue = self._box.world, self._box.queue
        rows: list[Row] = []
        gone: list[tuple[str, str, int]] = []
        dirty, world.dirty = world.dirty, set()
        for kind, number, sub in dirty:
            if kind == "message" and isinstance(number, int):
                rows.append((kind, str(number), sub, _body(world.chats[number].messages[sub]), None))
            elif kind == "chat" and isinstance(number, int):
                rows.append((kind, str(number), 0, _body(world.chats[number], "messages"), None))
            elif kind == "user" and isinstance(number, int):
                rows.append((kind, str(number), 0, _body(world.users[number]), None))
            elif kind == "file":
                file = world.files[str(number)]
                rows.append((kind, file.id, 0, _body(file, "data"), file.data))
        changed, queue.dirty = queue.dirty, set()
        for one in changed:
            update = queue.pending.get(one)
            if update is None:
                gone.append(("update", str(one), 0))
            else:
                shape = {"id": update.id, "body": update.body.decode(), "expires": update.expires}
                rows.append(("update", str(one), 0, json.dumps(shape), None))
        bot = {"user": dataclasses.asdict(world.bot), "seen": world.bot_seen, "commands": world.commands, "webhook": self._box.webhook.kept()}
        rows.append(("bot", "", 0, json.dumps(bot), None))
        course = {
            "now": world.clock.now(), "version": world.clock.version, "rev": world.rev, "private_messages": world.private_messages,
            "next_update": queue.next_id, "allowed": queue.allowed,
        }  # fmt: skip
        rows.append(("course", "", 0, json.dumps(course), None))
        return rows, gone


def _body(thing: Any, *without: str) -> str:
    return json.dumps(
        {name.name: getattr(thing, name.name) for name in dataclasses.fields(thing) if name.name not in without},
        default=dataclasses.asdict,
    )
