"""What conversations and the desk ask of the knowledge base: search it, quote it, teach it, note what it lacks, judge its answers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, insert, select

from handlers.world import Json, World
from models.policy import CHANGED, DOCUMENTS, STATE, Document, KnowledgeState, Passage, raise_version, version
from models.policy_learned import KNOWLEDGE, AnswerVerdict, KnowledgeGap, LearnedQuestion, LearnedSource
from models.search import Finding, Learned, Searcher
from models.search import Passage as Clause
from models.search_corpus import Corpus

SHOWN = (
    Document.key, Document.title, Document.source, Document.url, Document.issued, Document.valid_from, Document.valid_until,
    Document.replaced_by, Document.region,
)  # fmt: skip


@dataclass
class _Kept:
    """A search, the versions it was built from, and the thread that builds its successor."""

    version: int
    documents: int
    searcher: Searcher
    next: threading.Thread | None = None


Place = tuple[str, str]
"""Account and community."""
_kept: WeakKeyDictionary[Engine, dict[Place, _Kept]] = WeakKeyDictionary()
_lock = threading.Lock()
LARGE = 5_000
"""Passages from which on an index takes too long to build inside a turn."""


def searcher(world: World) -> Searcher:
    """The search over what is known now: built once for each version of the knowledge base, shared by all threads.

    A large knowledge base whose documents have changed is searched as it was for the seconds that its new index takes.
    """
    session = world.session
    if session.info.get(CHANGED):
        # The new version isn't committed: were this one kept, a rolled back change would be found for ever.
        return _built(world)
    current, documents = version(session), version(session, DOCUMENTS)
    place = world.account, world.community_id
    with _lock:
        searches = _kept.setdefault(session.get_bind().engine, {})
        known = searches.get(place)
        if known is None or (known.documents != documents and len(known.searcher.corpus.passages) < LARGE):
            known = searches[place] = _Kept(current, documents, _built(world))
        elif known.documents != documents:
            if known.next is None:
                parts = (_clauses(world), _learned(world), world.book.policy, weights(world))
                known.next = threading.Thread(target=_build_beside, args=(searches, place, current, documents, parts), name="knowledge")
                known.next.daemon = True
                known.next.start()
        elif known.version != current:
            known = searches[place] = _Kept(current, documents, _built(world, known.searcher.corpus))
        return known.searcher


def _built(world: World, corpus: Corpus | None = None) -> Searcher:
    clauses = _clauses(world) if corpus is None else corpus.passages
    return Searcher(clauses, _learned(world), world.book.policy, weights(world), corpus)


def _build_beside(searches: dict[Place, _Kept], place: Place, current: int, documents: int, parts: Any) -> None:
    """In a thread of its own, with rows that were read in the turn: the database has one writer's connection."""
    try:
        made = _Kept(current, documents, Searcher(*parts))
    except BaseException:
        searches[place].next = None
        raise
    with _lock:
        searches[place] = made


def weights(world: World) -> Json | None:
    """What was learned from the answered questions, None before that."""
    return world.session.scalar(select(KnowledgeState.weights).where(KnowledgeState.id == STATE))


def _clauses(world: World) -> list[Clause]:
    """Every passage in force, grouped by document."""
    query = (
        select(Passage.id, Passage.document_id, Passage.section, Passage.text, *SHOWN)
        .join(Document, Document.id == Passage.document_id)
        .where(Passage.retired_at.is_(None), Document.retired_at.is_(None), Document.community_id.in_(("", world.community_id)))
        .order_by(Passage.document_id, Passage.position, Passage.id)
    )
    return [Clause(**row._mapping) for row in world.session.execute(query)]


def _learned(world: World) -> list[Learned]:
    """Every learned question that still leads to a document in force, in an order that every import of the same gives."""
    session = world.session
    documents: dict[str, list[int]] = {}
    sources = (
        select(LearnedSource.learned_id, LearnedSource.document_id)
        .join(Document, Document.id == LearnedSource.document_id)
        .where(Document.retired_at.is_(None), Document.community_id.in_(("", world.community_id)))
        .order_by(LearnedSource.learned_id, LearnedSource.place)
    )
    for learned_id, document_id in session.execute(sources):
        documents.setdefault(learned_id, []).append(document_id)
    rows = session.execute(
        select(LearnedQuestion.id, LearnedQuestion.question, LearnedQuestion.answer).order_by(LearnedQuestion.at, LearnedQuestion.key)
    )
    return [
        Learned(
            world.ring.open(session, "learned_question:question", row.id, row.question),
            tuple(documents[row.id]),
            world.ring.open(session, "learned_question:answer", row.id, row.answer) if row.answer is not None else "",
        )
        for row in rows
        if row.id in documents
    ]


def quote(world: World, passage_id: int) -> Finding | None:
    """The passage with all that must be said of it; None when it is unknown, another community's or no longer in force."""
    query = (
        select(Passage.id, Passage.document_id, Passage.section, Passage.text, *SHOWN)
        .join(Document, Document.id == Passage.document_id)
        .where(Passage.id == passage_id, Passage.retired_at.is_(None), Document.retired_at.is_(None))
        .where(Document.community_id.in_(("", world.community_id)))
    )
    row = world.session.execute(query).first()
    return Finding(**row._mapping, score=0.0) if row is not None else None


def learn(world: World, question: str, passage_id: int, answer: str | None, author: str) -> None:
    """Staff answered `question` by quoting a passage: asked again in like words, it leads there. Unknown passages teach nothing."""
    quoted = quote(world, passage_id)
    if quoted is not None:
        teach(world, [(world.next_key(), question, ((quoted.document_id, passage_id),), answer)], author)


def teach(world: World, rows: Sequence[tuple[str, str, Sequence[tuple[int, int | None]], str | None]], author: str) -> None:
    """Add learned questions: (key, question, (document, passage) pairs, answer). Their keys must be new."""
    session, ring = world.session, world.ring
    questions: list[Json] = []
    sources: list[Json] = []
    for key, question, places, answer in rows:
        own = world.new_id()
        questions.append({
            "id": own, "community_id": world.community_id, "key": key, "author": author, "at": world.now,
            "question": ring.seal(session, KNOWLEDGE, "learned_question:question", own, question),
            "answer": ring.seal(session, KNOWLEDGE, "learned_question:answer", own, answer) if answer else None,
        })  # fmt: skip
        for place, (document_id, passage_id) in enumerate(places):
            sources.append({"learned_id": own, "document_id": document_id, "passage_id": passage_id, "place": place})
    if questions:
        session.execute(insert(LearnedQuestion), questions)
        session.execute(insert(LearnedSource), sources)
        raise_version(session)


def gap(world: World, question: str, reason: str, case_id: str | None) -> None:
    """Note that nothing confirmed answers `question`. `reason`: none, conflict, expired, unhelpful."""
    own = world.new_id()
    sealed = world.ring.seal(world.session, KNOWLEDGE, "kb_gap:question", own, question)
    world.session.add(
        KnowledgeGap(
            id=own, community_id=world.community_id, key=world.next_key(), question=sealed, reason=reason, case_id=case_id, at=world.now
        )
    )


def judge(world: World, question: str, passage_id: int, right: bool, by: str, features: dict[str, Any] | None = None) -> None:
    """Keep whether the passage answered the question, said by `by` (a person's id, staff or resident)."""
    own = world.new_id()
    sealed = world.ring.seal(world.session, KNOWLEDGE, "verdict:question", own, question)
    world.session.add(
        AnswerVerdict(
            id=own, community_id=world.community_id, key=world.next_key(), question=sealed, passage_id=passage_id, right=right, by=by,
            features=features, at=world.now,
        )
    )  # fmt: skip
