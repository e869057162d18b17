"""A document file sent to the desk's chat: kept, read after it has been fetched, shown as a preview, imported on a press.

Reading files is done by the process around us (bot/uploads.py), which hands back what it read; nothing is imported unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from handlers.asking_buttons import DROP, IMPORT, DeskPress, desk_button
from handlers.inbound import Inbound, Media
from handlers.policies import Paper, import_papers
from handlers.post import post
from handlers.rooms import staff_language
from handlers.world import Json, Letter, World
from models.access import NotAllowed, may
from models.asking import BROKEN, DROPPED, IMPORTED, READ, WAITING, PolicyFile
from models.community import chat_of
from models.media import Media as MediaRow
from models.passages import Block, split

LISTED = 8
DAYS = ("issued", "valid_from", "valid_until")
OWNER = "community"
"""Whose key seals what was read: it belongs to no resident."""


def on_document(world: World, inbound: Inbound, person_id: str) -> bool:
    """Keep a file that was sent to the moderator chat outside any case; says whether it was one. Raises nothing: a refusal is told."""
    body = inbound.body
    room = chat_of(world.session, world.account, inbound.chat)
    if not isinstance(body, Media) or body.kind != "document" or room is None or room.kind != "mc":
        return False
    try:
        may(world.session, person_id, "work_in_mc", world.community_id, world.now)
    except NotAllowed as refused:
        _say(world, inbound.chat, f"staff.refused.{refused.key}", {}, inbound.message_id)
        return True
    from handlers.receive import keep_media  # receive imports staff, which imports this file

    row_id = keep_media(world, inbound, body, person_id)
    world.session.add(
        PolicyFile(
            id=row_id, community_id=world.community_id, account=world.account, chat=inbound.chat, message_id=inbound.message_id,
            person_id=person_id, state=WAITING, sent_at=world.now,
        )
    )  # fmt: skip
    return True


def show_preview(world: World, file_id: str, papers: Sequence[Paper], faults: Sequence[str]) -> None:
    """What was read in a file: shown in the chat it came from, with a button that imports it."""
    file = world.session.get_one(PolicyFile, file_id)
    if file.state != WAITING:
        return
    name = name_of_file(world, file_id)
    documents = [plain_paper(paper) for paper in papers]
    if not documents:
        file.state = BROKEN
        _say(world, file.chat, "policy_desk.file_bad", {"name": name, "faults": list(faults)[:LISTED]}, file.message_id)
        return
    file.state = READ
    file.content = world.ring.seal(world.session, OWNER, "policy_file:content", file.id, documents)
    row = (
        desk_button(world, file.chat, IMPORT, file.id, key="policy_desk.button.import"),
        desk_button(world, file.chat, DROP, file.id, key="policy_desk.button.drop"),
    )
    shown = [{part: document.get(part) or "" for part in ("title", "source", "issued", "valid_until")} for document in documents[:LISTED]]
    data = {
        "name": name, "count": len(documents), "passages": sum(len(split(paper.blocks)) for paper in papers), "documents": shown,
        "more": max(0, len(documents) - LISTED), "faults": list(faults)[:LISTED],
    }  # fmt: skip
    _say(world, file.chat, "policy_desk.file_read", data, file.message_id, (row,))


def name_of_file(world: World, file_id: str) -> str:
    row = world.session.get_one(MediaRow, file_id)
    return str(world.ring.open(world.session, "media:name", row.id, row.name)) if row.name else file_id


def press(world: World, inbound: Inbound, person_id: str, pressed: DeskPress) -> tuple[str, Json]:
    """Import the file or drop it → the toast. Raises NotAllowed."""
    file = world.session.get(PolicyFile, pressed.subject, populate_existing=True)
    if file is None or file.state != READ or file.content is None:
        return "staff.toast.over", {}
    may(world.session, person_id, "work_in_mc", world.community_id, world.now)
    if pressed.act == DROP:
        file.state, file.content = DROPPED, None
        _say(world, file.chat, "policy_desk.file_dropped", {}, file.message_id)
        return "policy_desk.done.dropped", {}
    documents: list[Any] = world.ring.open(world.session, "policy_file:content", file.id, file.content)
    file.state, file.content = IMPORTED, None
    _say(world, file.chat, "policy_desk.file_imported", _import(world, documents), file.message_id)
    return "policy_desk.done.imported", {}


def _import(world: World, documents: list[Any]) -> Json:
    done = import_papers(world, [paper_of(document) for document in documents])
    return {"added": done.new, "changed": done.changed, "same": done.same, "review": len(done.review)}


def plain_paper(paper: Paper) -> Json:
    """A paper as JSON keeps it, until it is imported."""
    days = {name: day.isoformat() if day is not None else None for name in DAYS for day in (getattr(paper, name),)}
    return {**asdict(paper), "blocks": [asdict(block) for block in paper.blocks], **days}


def paper_of(plain: Json) -> Paper:
    """The paper that `plain_paper` kept."""
    days = {name: date.fromisoformat(plain[name]) if plain.get(name) else None for name in DAYS}
    blocks = tuple(Block(**block) for block in plain["blocks"])
    return Paper(**{**{field.name: plain[field.name] for field in fields(Paper)}, "blocks": blocks, **days})


def _say(world: World, chat: str, key: str, data: Json, reply_to: int | None, rows: tuple[tuple[Any, ...], ...] = ()) -> None:
    letter = Letter(
        chat=chat, key=key, data=data, rows=rows, language=staff_language(world), lane="staff", priority=60, weight="receipt",
        reply_to=str(reply_to or ""),
    )  # fmt: skip
    post(world, letter)
