"""First meetings, invites, and whether somebody can still be reached."""

from __future__ import annotations

from sqlalchemy import update

from handlers.inbound import Inbound, Reach
from handlers.people import use_invite
from handlers.post import post
from handlers.world import Letter, World
from models.claims import LIMITER
from models.person import Address, Known, Person, known_person, set_name

INVITE_PREFIX = "i_"


def meet(world: World, inbound: Inbound) -> Known:
    """The person behind this account, made when never met. The display name is sealed and gives no right."""
    known = known_person(world.session, world.account, inbound.actor)
    if known is not None:
        return known
    language = "en" if inbound.actor_language.startswith("en") else None
    person = Person(id=world.new_id(), community_id=world.community_id, language=language, created_at=world.now)
    world.session.add(person)
    world.session.add(Address(account=world.account, address=inbound.actor, person_id=person.id))
    world.session.flush()
    if inbound.actor_name:
        set_name(world.session, world.ring, person, inbound.actor_name[:120])
    return person


def take_invite(world: World, inbound: Inbound, person: Known, payload: str) -> bool:
    """Use an invite link; says whether the payload was one. A bad one is told as such, without saying why."""
    if not payload.startswith(INVITE_PREFIX):
        return False
    role = use_invite(world, person.id, payload.removeprefix(INVITE_PREFIX))
    key, data = ("service.invite_taken", {"role": role}) if role else ("service.invite_bad", {})
    post(world, Letter(chat=inbound.chat, key=key, data=data, language=person.language or "zh"))
    return True


def reachable(world: World, inbound: Inbound, reach: Reach) -> None:
    """Blocked or unblocked, in or out of a group: what is queued for the chat waits for nobody who can't hear it."""
    if inbound.private:
        person = meet(world, inbound)
        world.session.execute(update(Person).where(Person.id == person.id).values(blocked=not reach.reachable))
    unreachable = None if reach.reachable else reach.why[:40]
    world.session.execute(
        update(LIMITER).where(LIMITER.c.account == world.account, LIMITER.c.scope == f"chat:{inbound.chat}").values(unreachable=unreachable)
    )
