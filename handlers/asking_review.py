"""The monthly look at the knowledge base (domain.md 3.16 kb_review): what has expired, what contradicts, what is asked without answer.

Once a month, on its first working day; made up for within a week when the program slept, and not at all when there is nothing to say.
Questions are shown masked, and only when more than one person asked alike or the desk would otherwise never hear of them.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import Select, Table, func, or_, select

from handlers.contexts import community_facts
from handlers.filing import LONG_NUMBER, MASK
from handlers.knowledge import quote, searcher
from handlers.post import insert_or_skip, post
from handlers.rooms import staff_language
from handlers.world import Json, Letter, World
from models.calendar import Calendar
from models.community import find_chat
from models.effects import terms
from models.policy import Document
from models.policy_learned import AnswerVerdict, KnowledgeGap
from models.schedule import Occurrence

OCCURRENCE: Table = Occurrence.__table__  # type: ignore[assignment]
JOB = "kb_review_month"
CONTRADICTED = "conflict"


def due_month(world: World) -> str | None:
    """The month whose look is due now ("2026-12"), None when none is: its first working day is today or within the last days."""
    today = world.now.astimezone(community_facts(world)[2]).date()
    first = first_workday(terms(world).calendar, today)
    late = (today - first).days
    return f"{today:%Y-%m}" if 0 <= late <= int(world.book.settings["asking"]["review"]["catch_up_days"]) else None


def first_workday(calendar: Calendar, today: date) -> date:
    """The first working day of the month of `today`."""
    return calendar.next_workday(today.replace(day=1) - timedelta(days=1))


def review(world: World) -> int:
    """Post the month's look into the moderator chat; 1 when it was posted. The unique row lets one replica do it, once."""
    month = due_month(world)
    desk = find_chat(world.session, world.community_id, "mc")
    if month is None or desk is None or not insert_or_skip(world.session, OCCURRENCE, job=JOB, wall=month, fired_at=world.now):
        return 0
    facts = findings(world)
    if not any(facts.values()):
        return 0
    letter = Letter(
        chat=desk.chat, key="policy_desk.review", data={"month": month, **facts}, language=staff_language(world), lane="staff", priority=40,
        weight="receipt",
    )  # fmt: skip
    post(world, letter)
    return 1


def findings(world: World) -> Json:
    """What the look found: expired or about to, contradicted, most asked without answer, judged unhelpful, words for the dictionary."""
    rules = world.book.settings["asking"]["review"]
    today = world.now.astimezone(community_facts(world)[2]).date()
    since = world.now - timedelta(days=int(rules["gap_days"]))
    gaps = [(gap.reason, _masked(world, gap)) for gap in world.session.scalars(_gaps(world, since))]
    most = int(rules["most"])
    unanswered = Counter(words for reason, words in gaps if reason != CONTRADICTED).most_common(most)
    return {
        "expired": _expired(world, today + timedelta(days=int(rules["soon_days"]))),
        "contradicted": list(dict.fromkeys(words for reason, words in gaps if reason == CONTRADICTED))[:most],
        "unanswered": [{"words": words, "n": n} for words, n in unanswered],
        "disliked": _disliked(world, since, most),
        "words": [one._asdict() for one in searcher(world).proposals(most)],
    }


def _gaps(world: World, since: datetime) -> Select[KnowledgeGap]:
    mine = (KnowledgeGap.community_id == world.community_id, KnowledgeGap.at > since, KnowledgeGap.closed_at.is_(None))
    return select(KnowledgeGap).where(*mine).order_by(KnowledgeGap.at)


def _masked(world: World, gap: KnowledgeGap) -> str:
    words = " ".join(str(world.ring.open(world.session, "kb_gap:question", gap.id, gap.question)).split())
    return LONG_NUMBER.sub(MASK, words)[:60]


def _expired(world: World, soon: date) -> list[Json]:
    mine = or_(Document.community_id == world.community_id, Document.community_id == "")
    query = select(Document).where(mine, Document.retired_at.is_(None), Document.valid_until <= soon).order_by(Document.valid_until)
    return [{"title": d.title, "source": d.source, "valid_until": f"{d.valid_until}"} for d in world.session.scalars(query)]


def _disliked(world: World, since: datetime, most: int) -> list[Json]:
    count = func.count().label("n")
    query = (
        select(AnswerVerdict.passage_id, count)
        .where(AnswerVerdict.community_id == world.community_id, AnswerVerdict.right.is_(False), AnswerVerdict.at > since)
        .group_by(AnswerVerdict.passage_id)
        .order_by(count.desc())
        .limit(most)
    )
    rows = [(quote(world, row.passage_id), row.n) for row in world.session.execute(query)]
    return [{"title": found.title, "n": n} for found, n in rows if found is not None]
