"""Documents come in, again, and go: what stays keeps its row, what went is retired, and what quoted it is named for review."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, or_, select, update

from handlers.world import Json, World
from models.asking import CONFIRMED, EntryProposal
from models.passages import Block, Piece, is_chinese, split
from models.policy import Document, Passage, raise_version
from models.policy_learned import LearnedQuestion, LearnedSource

SPLITTING = 1
"""Raised when documents are split in another way, so that importing the same again splits them anew."""
CHUNK = 500
"""Documents whose rows are read and written together."""
KEY_LENGTH = 128
WHOLE_DOCUMENT = ("title", "source", "url", "issued", "valid_from", "valid_until", "region", "replaced_by")


@dataclass(frozen=True)
class Paper:
    """A document as it was read from a file. `key`: its public name. Dates are days in the community's zone."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    source: str
    url: str | None = None
    issued: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    region: str = ""
    replaced_by: str | None = None


@dataclass(frozen=True)
class Quoting:
    """A learned question or a confirmed entry that rests on words that have changed. `kind`: question, entry."""

    kind: str
    id: str
    question: str
    document: str
    title: str


@dataclass
class Imported:
    """What an import did, in documents and passages."""

    new: int = 0
    changed: int = 0
    same: int = 0
    passages_new: int = 0
    passages_kept: int = 0
    passages_retired: int = 0
    review: list[Quoting] = field(default_factory=list)

    def add(self, other: Imported) -> None:
        """Count another import in."""
        for name in ("new", "changed", "same", "passages_new", "passages_kept", "passages_retired"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.review += other.review


def import_papers(world: World, papers: Sequence[Paper]) -> Imported:
    """Bring documents in, or up to date. Of two papers with one key the later holds."""
    done = Imported()
    latest = list({paper.key: paper for paper in papers}.values())
    for start in range(0, len(latest), CHUNK):
        _import_chunk(world, latest[start : start + CHUNK], done)
    if done.new or done.changed:
        raise_version(world.session, documents=True)
    return done


def retire_document(world: World, key: str) -> list[Quoting]:
    """Take a document out of the search; what quoted it is returned for review. An unknown key does nothing."""
    known = _known(world, [key]).get(key)
    if known is None or known.retired_at is not None:
        return []
    gone = list(world.session.scalars(select(Passage.id).where(Passage.document_id == known.id, Passage.retired_at.is_(None))))
    world.session.execute(update(Document).where(Document.id == known.id).values(retired_at=world.now))
    _retire(world, gone)
    raise_version(world.session, documents=True)
    return quoting(world, {known.id: (key, known.title)}, gone)


def _known(world: World, keys: Iterable[str]) -> dict[str, Any]:
    """Rows of documents by key; those of this community before those from before any community was known."""
    columns = Document.__table__.columns
    mine = or_(Document.community_id == world.community_id, Document.community_id == "")
    rows = world.session.execute(select(*columns).where(mine, Document.key.in_(list(keys))).order_by(Document.community_id))
    return {row.key: row for row in rows}


def _import_chunk(world: World, papers: Sequence[Paper], done: Imported) -> None:
    known = _known(world, [paper.key for paper in papers])
    shas = {paper.key: fingerprint(paper) for paper in papers}
    fresh = [paper for paper in papers if paper.key not in known]
    changed = []
    for paper in papers:
        row = known.get(paper.key)
        if row is not None and (row.sha != shas[paper.key] or row.retired_at is not None):
            changed.append((paper, row))
    done.new += len(fresh)
    done.changed += len(changed)
    done.same += len(papers) - len(fresh) - len(changed)
    _add(world, [(paper, shas[paper.key]) for paper in fresh], done)
    _change(world, changed, shas, done)


def fingerprint(paper: Paper) -> str:
    """Two papers that say the same of everything have one."""
    return hashlib.sha256(json.dumps([SPLITTING, asdict(paper)], ensure_ascii=False, default=str).encode("utf-8", "replace")).hexdigest()


def _row(world: World, paper: Paper, sha: str) -> Json:
    values = {name: getattr(paper, name) for name in WHOLE_DOCUMENT}
    language = "zh" if is_chinese(paper.title + "".join(block.text for block in paper.blocks[:20])) else "en"
    own = {"community_id": world.community_id, "language": language, "sha": sha, "imported_at": world.now, "retired_at": None}
    return {**values, **own}


def _add(world: World, papers: Sequence[tuple[Paper, str]], done: Imported) -> None:
    if not papers:
        return
    rows = [{"key": paper.key, **_row(world, paper, sha)} for paper, sha in papers]
    ids = world.session.scalars(insert(Document).returning(Document.id, sort_by_parameter_order=True), rows).all()
    passages = [
        _passage(number, place, piece)
        for number, (paper, _) in zip(ids, papers, strict=True)
        for place, piece in enumerate(split(paper.blocks))
    ]
    world.session.execute(insert(Passage), passages)
    done.passages_new += len(passages)


def _passage(document_id: int, place: int, piece: Piece) -> Json:
    return {"document_id": document_id, "position": place, "section": piece.section, "text": piece.text, "retired_at": None}


def _change(world: World, changed: Sequence[tuple[Paper, Any]], shas: dict[str, str], done: Imported) -> None:
    if not changed:
        return
    session = world.session
    held: dict[int, list[Any]] = {row.id: [] for _, row in changed}
    columns = Passage.__table__.columns
    for old in session.execute(
        select(*columns).where(Passage.document_id.in_(list(held))).order_by(Passage.retired_at.is_not(None), Passage.id)
    ):
        held[old.document_id].append(old)
    added: list[Json] = []
    moved: list[Json] = []
    gone: list[int] = []
    for paper, row in changed:
        session.execute(update(Document).where(Document.id == row.id).values(**_row(world, paper, shas[paper.key])))
        for place, piece, old in _matched(split(paper.blocks), held[row.id]):
            if old is None:
                added.append(_passage(row.id, place, piece))
            else:
                moved.append({"id": old.id, "position": place, "section": piece.section, "retired_at": None})
        kept = {one["id"] for one in moved}
        gone += [old.id for old in held[row.id] if old.retired_at is None and old.id not in kept]
    if added:
        session.execute(insert(Passage), added)
    if moved:
        session.execute(update(Passage), moved)
    _retire(world, gone)
    done.passages_new += len(added)
    done.passages_kept += len(moved)
    done.passages_retired += len(gone)
    done.review += quoting(world, {row.id: (paper.key, paper.title) for paper, row in changed}, gone)


def _matched(pieces: Sequence[Piece], held: Sequence[Any]) -> Iterator[tuple[int, Piece, Any]]:
    """Each new piece with the row that has its text already, each row used once; live rows before retired ones."""
    free: dict[str, list[Any]] = {}
    for old in reversed(held):
        free.setdefault(old.text, []).append(old)
    for place, piece in enumerate(pieces):
        rows = free.get(piece.text)
        yield place, piece, rows.pop() if rows else None


def _retire(world: World, gone: Sequence[int]) -> None:
    moment: datetime = world.now
    world.session.execute(update(Passage), [{"id": number, "retired_at": moment} for number in gone]) if gone else None


def quoting(world: World, documents: dict[int, tuple[str, str]], gone: Sequence[int]) -> list[Quoting]:
    """What rests on the passages `gone`, or on the whole of a document that lost one: confirmed entries, then learned questions."""
    if not gone:
        return []
    session, ring = world.session, world.ring
    lost = {row.id: row.document_id for row in session.execute(select(Passage.id, Passage.document_id).where(Passage.id.in_(list(gone))))}
    found = []
    entries = select(EntryProposal).where(EntryProposal.passage_id.in_(list(lost)), EntryProposal.state == CONFIRMED)
    for entry in session.scalars(entries.order_by(EntryProposal.proposed_at, EntryProposal.id)):
        question = ring.open(session, "entry_proposal:question", entry.id, entry.question)
        found.append(Quoting("entry", entry.id, question, *documents[lost[entry.passage_id or 0]]))
    known = {(one.question, one.document) for one in found}
    learned = (
        select(LearnedQuestion.id, LearnedQuestion.question, LearnedSource.document_id, LearnedSource.passage_id)
        .join(LearnedSource, LearnedSource.learned_id == LearnedQuestion.id)
        .where(LearnedSource.document_id.in_(set(lost.values())))
        .order_by(LearnedQuestion.at, LearnedQuestion.id)
    )
    for row in session.execute(learned):
        key, title = documents[row.document_id]
        if row.passage_id is None or row.passage_id in lost:
            question = ring.open(session, "learned_question:question", row.id, row.question)
            if (question, key) not in known:
                found.append(Quoting("question", row.id, question, key, title))
    return found
