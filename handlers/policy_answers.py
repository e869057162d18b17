"""Answered questions in bulk: each leads to the documents that staff named, and the same line again teaches nothing twice.

Afterwards the search may learn its weights from all of them (`fit`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update

from handlers.knowledge import searcher, teach
from handlers.world import World
from models.policy import STATE, Document, KnowledgeState, raise_version, version
from models.policy_learned import LearnedQuestion, LearnedSource
from models.search import fitted

IMPORTED = "import"
"""Author of answers that came in a file: who wrote them is not known here."""
CHUNK = 500


@dataclass(frozen=True)
class Answered:
    """A line of a file: its own id, the question, the keys of the documents that answer it, and the answer in words."""

    key: str
    question: str
    documents: tuple[str, ...]
    answer: str | None


@dataclass(frozen=True)
class Taught:
    """What an import of answers did; `unknown`: ids of lines that name no document in force."""

    new: int
    changed: int
    same: int
    unknown: tuple[str, ...]


def import_answers(world: World, lines: Sequence[Answered]) -> Taught:
    """Teach the knowledge base. Of two lines with one id the later holds."""
    latest = list({line.key: line for line in lines}.values())
    documents = _documents(world, [key for line in latest for key in line.documents])
    known = {line.key: places for line in latest if (places := tuple(documents[key] for key in line.documents if key in documents))}
    useful = [line for line in latest if line.key in known]
    before = _before(world, [f"{IMPORTED}:{line.key}" for line in useful])
    fresh, changed = [], 0
    for line in useful:
        key = f"{IMPORTED}:{line.key}"
        places = tuple(dict.fromkeys(known[line.key]))
        if key in before:
            own, held = before[key]
            if held == (line.question, line.answer or None, places):
                continue
            changed += 1
            _forget(world, own)
        fresh.append((key, line.question, [(document, None) for document in places], line.answer or None))
    teach(world, fresh, IMPORTED)
    unknown = tuple(line.key for line in latest if line.key not in known)
    return Taught(len(fresh) - changed, changed, len(useful) - len(fresh), unknown)


def _documents(world: World, keys: Sequence[str]) -> dict[str, int]:
    """Ids of documents in force by key."""
    found: dict[str, int] = {}
    distinct = list(dict.fromkeys(keys))
    mine = or_(Document.community_id == world.community_id, Document.community_id == "")
    for start in range(0, len(distinct), CHUNK):
        part = distinct[start : start + CHUNK]
        query = select(Document.key, Document.id).where(mine, Document.retired_at.is_(None), Document.key.in_(part))
        found |= {row[0]: row[1] for row in world.session.execute(query)}
    return found


Held = tuple[str, str | None, tuple[int, ...]]


def _before(world: World, keys: Sequence[str]) -> dict[str, tuple[str, Held]]:
    """Learned questions by key: their row's id, and what they say."""
    session, ring = world.session, world.ring
    found: dict[str, tuple[str, Held]] = {}
    for start in range(0, len(keys), CHUNK):
        mine = LearnedQuestion.community_id.in_((world.community_id, ""))
        rows = session.scalars(select(LearnedQuestion).where(mine, LearnedQuestion.key.in_(keys[start : start + CHUNK]))).all()
        sources: dict[str, list[int]] = {}
        query = select(LearnedSource.learned_id, LearnedSource.document_id).where(LearnedSource.learned_id.in_([row.id for row in rows]))
        for learned_id, document_id in session.execute(query.order_by(LearnedSource.place)):
            sources.setdefault(learned_id, []).append(document_id)
        for row in rows:
            question = ring.open(session, "learned_question:question", row.id, row.question)
            answer = ring.open(session, "learned_question:answer", row.id, row.answer) if row.answer is not None else None
            found[row.key] = row.id, (question, answer, tuple(sources.get(row.id, ())))
    return found


def _forget(world: World, own: str) -> None:
    world.session.execute(delete(LearnedSource).where(LearnedSource.learned_id == own))
    world.session.execute(delete(LearnedQuestion).where(LearnedQuestion.id == own))


def fit(world: World) -> None:
    """Learn weights from the answered questions known now, and keep them with the version. Takes tens of seconds for thousands."""
    learned = fitted(searcher(world))
    raise_version(world.session)
    world.session.execute(
        update(KnowledgeState).where(KnowledgeState.id == STATE).values(weights=learned or None, fitted_version=version(world.session)),
        execution_options={"synchronize_session": False},
    )
