"""Groups that are no staff room: numbers in danger, a deep link for whoever calls the bot, and binding a group to its purpose.

Nothing personal is answered in a group, and no message becomes a case without its author's yes (domain.md 3.3).
"""

from __future__ import annotations

from sqlalchemy import select

from dialogs.emergency import detect
from handlers import notices_asides
from handlers.asking_group import answer_in_group
from handlers.grants import grant
from handlers.inbound import Inbound, Media, Words
from handlers.post import post
from handlers.world import Button, Letter, World
from models.access import NotAllowed, may_bind_chat
from models.community import CHAT_KINDS, Chat, OrgNode
from models.person import Known
from models.place import find_building


def on_message(world: World, inbound: Inbound, person: Known, room: Chat | None) -> None:
    """A message in a building group, a work chat or an unbound group."""
    text = inbound.text
    finding = detect(text, world.book.emergency) if text else None
    if finding is not None:
        # The numbers are on the screen since intake; now a human is told, and the writer is asked in private.
        if not finding.check or finding.inform:
            from dialogs.wishes import RaiseAlarm

            place = _place_of(world, room)
            grant(world, person.id, RaiseAlarm(finding.kind, text, place, confirmed=not finding.check))
        return
    if notices_asides.answer_under(world, inbound, person.language or "zh"):
        return
    if _addressed(world, inbound) and not answer_in_group(world, inbound, person, room):
        _invite_to_private(world, inbound, person)


def _addressed(world: World, inbound: Inbound) -> bool:
    """Whether the message is meant for the bot: in words, or in the words under a picture."""
    if isinstance(inbound.body, Words):
        return inbound.body.mention
    return isinstance(inbound.body, Media) and f"@{world.book.settings.get('bot_username', '')}" in inbound.text


def _place_of(world: World, room: Chat | None) -> dict[str, str]:
    if room is None or room.kind != "bg" or room.scope_id is None:
        return {}
    from models.place import Building

    building = world.session.scalar(select(Building).where(Building.id == room.scope_id))
    return {"building": building.number} if building is not None else {}


def _invite_to_private(world: World, inbound: Inbound, person: Known) -> None:
    """One line without any content, and the way to the private chat."""
    username = world.book.settings.get("bot_username", "")
    button = Button(key="service.private_button", url=f"https://t.me/{username}?start=group")
    letter = Letter(
        chat=inbound.chat, key="service.private_please", rows=((button,),), language=person.language or "zh",
        reply_to=str(inbound.message_id or ""), weight="reminder",
    )  # fmt: skip
    post(world, letter)


def bind(world: World, inbound: Inbound, person_id: str) -> None:
    """`/bind KIND [building or grid]`: an authorised person says what this group is for."""
    kind, _, scope = getattr(inbound.body, "rest", "").strip().partition(" ")
    try:
        if inbound.hidden:
            raise NotAllowed("hidden_identity")
        may_bind_chat(world.session, person_id, world.now)
    except NotAllowed as refused:
        post(world, Letter(chat=inbound.chat, key="service.bind_refused", data={"reason": str(refused)}))
        return
    scope_id = _scope(world, kind, scope.strip())
    if kind not in CHAT_KINDS or (kind in ("bg", "gw") and scope_id is None):
        post(world, Letter(chat=inbound.chat, key="service.bind_usage", data={"kinds": ", ".join(CHAT_KINDS)}))
        return
    room = world.session.scalar(select(Chat).where(Chat.account == world.account, Chat.chat == inbound.chat))
    if room is None:
        room = Chat(id=world.new_id(), community_id=world.community_id, account=world.account, chat=inbound.chat, kind=kind)
        world.session.add(room)
    room.kind, room.scope_id, room.forum = kind, scope_id, inbound.thread is not None or kind in ("mc", "mc-s")
    post(world, Letter(chat=inbound.chat, key="service.bind_done", data={"kind": kind, "scope": scope}))


def _scope(world: World, kind: str, scope: str) -> str | None:
    if kind == "bg":
        building = find_building(world.session, world.community_id, scope.removesuffix("栋"))
        return building.id if building is not None else None
    if kind == "gw":
        return world.session.scalar(
            select(OrgNode.id).where(
                OrgNode.community_id == world.community_id, OrgNode.kind == "grid", OrgNode.code.endswith(scope or "?")
            )
        )
    return None
