"""A staff answer becomes an entry of the knowledge base once a second person has confirmed it: author ≠ reviewer, a source, an expiry.

A quoted clause brings source and expiry along; words of their own need both, written as a reply to the bot's offer. What the entry
will say is shown before it is confirmed, so that nobody's personal details are kept for others.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from dialogs.policy_quote import alike
from handlers.asking_buttons import CONFIRM, REFUSE, DeskPress, desk_button
from handlers.contexts import community_facts, who_is
from handlers.filing import LONG_NUMBER, MASK
from handlers.inbound import Inbound
from handlers.knowledge import learn
from handlers.mirror import line
from handlers.policies import Paper, import_papers
from handlers.rooms import Room, staff_language
from handlers.world import Json, World
from models.access import Grant, may
from models.asking import CONFIRMED, PROPOSED, REFUSED, EntryProposal
from models.case import Case, CaseEvent
from models.passages import Block
from models.search import Finding
from models.timeline import COMMUNITY_KEY, words_of

if TYPE_CHECKING:
    from handlers.staff_words import StaffWords

ACTS = frozenset({CONFIRM, REFUSE})
LINK = "here:entry"
"""Link kind of the offer: a reply to it describes the entry (handlers/staff_words.py, HERE)."""
OWN_DOCUMENT = "entry-"
"""Begins the public id of a document that holds an answer in staff's own words; the proposal's id follows."""
QUESTION = "question"
"""`case.source` of what came through the policy dialog."""


def question_of(world: World, case: Case) -> str:
    """What was asked, long numbers taken out."""
    words = str(world.ring.open(world.session, "case:words", case.id, case.words))
    return LONG_NUMBER.sub(MASK, words.strip())


def is_reviewed(world: World, found: Finding, question: str) -> bool:
    """Whether a second person has confirmed this passage as the answer to a question like this one."""
    query = select(EntryProposal).where(EntryProposal.community_id == world.community_id, EntryProposal.state == CONFIRMED)
    mine = (
        EntryProposal.id == found.key.removeprefix(OWN_DOCUMENT)
        if found.key.startswith(OWN_DOCUMENT)
        else EntryProposal.passage_id == found.id
    )
    least = float(world.book.settings["asking"]["entry"]["alike"])
    return any(alike(question, _question(world, entry)) >= least for entry in world.session.scalars(query.where(mine)))


def _question(world: World, entry: EntryProposal) -> str:
    return str(world.ring.open(world.session, "entry_proposal:question", entry.id, entry.question))


def offer_own(world: World, words: StaffWords) -> None:
    """After an answer in staff's own words: how it can serve the next who asks. Once a case, and never for delicate ones."""
    case = words.case
    known = select(EntryProposal.id).where(EntryProposal.case_id == case.id)
    if case.source != QUESTION or case.sensitive or case.confidential or not words.text or world.session.scalar(known) is not None:
        return
    line(world, case, words.room, "policy_desk.offer_own", link=LINK, idem=f"entry:{case.id}", question=question_of(world, case))


def describe(world: World, words: StaffWords) -> None:
    """The reply to that offer: source and expiry, and perhaps the question in better words."""
    rules = world.book.settings["asking"]["entry"]
    until = re.search(rules["until"], words.text)
    asked = next((row for row in words.text.splitlines() if row.startswith(tuple(rules["question_marks"]))), "")
    source = " ".join(row.strip() for row in words.text.replace(asked, "").splitlines() if row.strip())
    source = re.sub(rules["until"], "", source).strip(" ,，;；。.")
    day = _date(until.group(until.lastindex or 0)) if until else None
    answer = _last_answer(world, words.case)
    if day is None or not source or not answer:
        line(world, words.case, words.room, "policy_desk.entry_needs", link=LINK, reply_to=str(words.message_id or ""))
        return
    question = re.sub(f"^({'|'.join(map(re.escape, rules['question_marks']))})", "", asked).strip() or question_of(world, words.case)
    _propose(world, words.case, words.grant, words.room, question, answer=answer, source=source[:120], valid_until=day)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _last_answer(world: World, case: Case) -> str:
    """What staff wrote to the resident last."""
    query = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.event.in_(("answer", "reply"))).order_by(CaseEvent.seq.desc())
    return next((text for event in world.session.scalars(query) if (text := words_of(world, event))), "")


def propose_quoted(world: World, case: Case, grant: Grant, room: Room, found: Finding) -> None:
    """A quoted clause: the question is to be attached to its passage."""
    if case.sensitive or case.confidential:
        return
    _propose(
        world, case, grant, room, question_of(world, case), passage_id=found.id, answer=found.text, source=found.source,
        valid_until=found.valid_until,
    )  # fmt: skip


def _propose(
    world: World, case: Case, grant: Grant, room: Room, question: str, *, answer: str, source: str, valid_until: date | None,
    passage_id: int | None = None,
) -> None:  # fmt: skip
    entry_id = world.new_id()
    language = who_is(world, case.reporter_id).language if case.reporter_id else staff_language(world)

    def sealed(column: str, text: str) -> bytes:
        return world.ring.seal(world.session, COMMUNITY_KEY, f"entry_proposal:{column}", entry_id, text)

    world.session.add(
        EntryProposal(
            id=entry_id, community_id=case.community_id, case_id=case.id, state=PROPOSED, language=language, passage_id=passage_id,
            question=sealed("question", question), answer=sealed("answer", answer), source=source, valid_until=valid_until,
            author_id=grant.person_id, proposed_at=world.now,
        )
    )  # fmt: skip
    row = (
        desk_button(world, room.chat, CONFIRM, entry_id, key="policy_desk.button.confirm"),
        desk_button(world, room.chat, REFUSE, entry_id, key="policy_desk.button.refuse"),
    )
    facts = {"question": question, "answer": answer, "source": source, "valid_until": valid_until.isoformat() if valid_until else ""}
    line(world, case, room, "policy_desk.proposed", rows=(row,), quoted=passage_id is not None, **facts)


def press(world: World, inbound: Inbound, person_id: str, pressed: DeskPress) -> tuple[str, Json]:
    """Confirm or refuse a proposed entry → the toast. Raises NotAllowed."""
    entry = world.session.get(EntryProposal, pressed.subject, populate_existing=True)
    case = world.session.get(Case, entry.case_id) if entry is not None else None
    if entry is None or case is None or entry.state != PROPOSED:
        return "staff.toast.over", {}
    may(world.session, person_id, "answer", case, world.now)
    room = Room(inbound.chat, not inbound.private, staff_language(world))
    if pressed.act == REFUSE:
        entry.state, entry.reviewer_id, entry.reviewed_at = REFUSED, person_id, world.now
        line(world, case, room, "policy_desk.entry_refused")
        return "policy_desk.done.refused", {}
    if person_id == entry.author_id:
        return "policy_desk.toast.own", {}
    entry.state, entry.reviewer_id, entry.reviewed_at = CONFIRMED, person_id, world.now
    question = _question(world, entry)
    if entry.passage_id is not None:
        learn(world, question, entry.passage_id, None, entry.author_id)
    else:
        _keep_own(world, entry, question)
    line(world, case, room, "policy_desk.entry_kept", question=question)
    return "policy_desk.done.confirmed", {}


def _keep_own(world: World, entry: EntryProposal, question: str) -> None:
    """Words of their own become a document, which expires and is searched like any other."""
    answer = str(world.ring.open(world.session, "entry_proposal:answer", entry.id, entry.answer or b""))
    today = world.now.astimezone(community_facts(world)[2]).date()
    blocks = tuple(Block(line) for line in answer.splitlines() if line.strip())
    paper = Paper(f"{OWN_DOCUMENT}{entry.id}", question, blocks, entry.source, issued=today, valid_until=entry.valid_until)
    import_papers(world, [paper])
