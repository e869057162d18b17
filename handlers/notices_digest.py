"""The digest: what a building got over its cap of notices a day, in one message at the digest's hour."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select, update

from handlers.notices_buttons import notice_button
from handlers.notices_fanout import PRIORITY, RECIPIENT, parts_of
from handlers.notices_rights import calendar_of
from handlers.post import post
from handlers.world import Button, Letter, World
from models.notice import Notice, NoticeBuilding, NoticeVersion
from models.notice_delivery import DIGEST, QUEUED


def send_digests(world: World) -> int:
    """Post one letter per group and person with everything that waits for a digest of today or before; says how many letters."""
    day = calendar_of(world).local(world.now).date()
    due = (
        select(RECIPIENT, Notice.number, Notice.need_confirm, NoticeVersion.id.label("version_id"))
        .join(Notice, Notice.id == RECIPIENT.c.notice_id)
        .join(NoticeVersion, (NoticeVersion.notice_id == Notice.id) & (NoticeVersion.version == RECIPIENT.c.version))
        .join(NoticeBuilding, (NoticeBuilding.version_id == NoticeVersion.id) & (NoticeBuilding.building_id == RECIPIENT.c.building_id))
        .where(RECIPIENT.c.state == DIGEST, NoticeBuilding.digest_on <= day, Notice.community_id == world.community_id)
        .where(Notice.state.not_in(("recalled", "cancelled")), Notice.version == RECIPIENT.c.version)
        .order_by(RECIPIENT.c.id)
    )
    by_chat: dict[str, list[Any]] = defaultdict(list)
    for row in world.session.execute(due).all():
        by_chat[row.chat].append(row)
    words: dict[str, Any] = {}
    for chat, rows in by_chat.items():
        items: list[dict[str, str]] = []
        buttons: list[tuple[Button, ...]] = []
        for row in rows:
            if row.version_id not in words:
                words[row.version_id] = parts_of(world, world.session.get_one(NoticeVersion, row.version_id))
            title, body = words[row.version_id].get((row.building_id, row.language)) or words[row.version_id][row.building_id, "zh"]
            items.append({"number": row.number, "title": title, "body": body})
            if row.need_confirm:
                buttons.append((notice_button(world, row.notice_id, chat, "confirm", row.version, "notice.act.confirm_item", title=title),))
        letter = Letter(
            chat=chat,
            key="notice.digest",
            data={"items": items},
            rows=tuple(buttons),
            language=rows[0].language,
            lane="notice",
            priority=PRIORITY,
            weight="notice",
        )
        # The letter is named by the first of its recipients' rows, so a second try is the same letter.
        key = post(world, letter, key=f"digest:{rows[0].id}")
        world.session.execute(update(RECIPIENT).where(RECIPIENT.c.id.in_([row.id for row in rows])).values(state=QUEUED, letter=key))
    return len(by_chat)
