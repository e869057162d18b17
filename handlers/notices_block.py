"""Pushes of departments without a valid access item: stopped, counted, and the desk is told (domain.md 3.6, script 9)."""

from __future__ import annotations

import re

from dialogs.notice_lint import half_width
from handlers.inbound import Inbound
from handlers.notices_buttons import notice_button
from handlers.notices_rights import valid_item
from handlers.post import insert_or_skip, post
from handlers.rooms import staff_language
from handlers.world import Json, Letter, World
from models.audit import audit
from models.community import Party, chat_of, find_chat
from models.notice_access import AccessBlock
from models.role import RoleAssignment, roles_of

PUSHING = ("department_officer", "district_officer", "street_officer")
OVERSEERS = ("district_officer", "street_officer")
"""They decide on access themselves: only formalism (likes, screenshots, appraisal) is stopped."""


def on_linkage(world: World, inbound: Inbound, person_id: str) -> bool:
    """A message in the linkage chat: a push of somebody without an access item is stopped. Says whether it was one."""
    text = half_width(inbound.text)
    data = world.book.settings["notices"]
    if inbound.hidden or not text or re.search(data["push"]["pattern"], text) is None:
        return False
    held = _pushing(world, person_id)
    formal = [name for name, row in data["lint"].items() if row["stop"] and re.search(row["pattern"], text)]
    if held is None or valid_item(world, held) is not None or (held.role in OVERSEERS and not formal):
        return False
    if block(world, person_id, inbound.chat, ["push", *formal]):
        language = staff_language(world)
        row = (notice_button(world, person_id, inbound.chat, "apply", 0),)
        letter = Letter(
            chat=inbound.chat, key="notice.blocked", data={"days": data["access"]["decide_workdays"], "formal": bool(formal)}, rows=(row,),
            language=language, lane="words", priority=55, weight="staff", reply_to=str(inbound.message_id or ""),
        )  # fmt: skip
        post(world, letter)
    return True


def _pushing(world: World, person_id: str) -> RoleAssignment | None:
    held = [row for row in roles_of(world.session, person_id, world.now) if row.community_id == world.community_id and row.role in PUSHING]
    return held[0] if held else None


def block(world: World, person_id: str, chat: str, rules: list[str]) -> bool:
    """Count a stopped push, once for each event, and tell the desk. False when this event was counted already."""
    held = _pushing(world, person_id)
    party = world.session.get(Party, held.scope_id) if held is not None else None
    row_id = world.new_id()
    values: Json = {
        "id": row_id, "community_id": world.community_id, "cause": f"{world.cause}:block", "person_id": person_id,
        "party_id": party.id if party is not None else None, "chat": chat, "rules": rules, "at": world.now,
    }  # fmt: skip
    if not insert_or_skip(world.session, AccessBlock.__table__, **values):  # type: ignore[arg-type]
        return False
    audit(world.session, world.community_id, world.now, person_id, "push_blocked", "access_block", row_id, rules=rules)
    desk = find_chat(world.session, world.community_id, "mc")
    known = chat_of(world.session, world.account, chat) if chat else None
    if desk is not None and (known is None or known.kind != "mc"):
        name = party.name if party is not None else {"zh": "", "en": ""}
        letter = Letter(
            chat=desk.chat, key="notice.blocked_desk", data={"party": name, "count": 1}, language=staff_language(world), lane="words",
            priority=40, weight="staff",
        )  # fmt: skip
        post(world, letter)
    return True
