"""Verdicts on answers move the threshold from which is answered: each is asked of the search again, as it is today, and weighed.

For a monthly job. The threshold learnt at the last import is kept beside the moved one, so that no verdict counts twice.
"""

from __future__ import annotations

import math

from sqlalchemy import select, update

from handlers.contexts import community_facts
from handlers.knowledge import searcher, weights
from handlers.world import World
from models.policy import STATE, KnowledgeState, raise_version
from models.policy_learned import AnswerVerdict
from models.search import language
from models.search_verdicts import Judged, recalibrated

FITTED = "fitted_threshold"
LATEST = 300
"""Verdicts that are read: each is searched again, 300 take about three seconds."""
RESIDENT, RESIDENT_WORTH = "resident", 0.3
"""Whoever presses "not helpful" may mean the rule itself: it counts less than the word of staff."""
LANGUAGES = "zh", "en"


def refit(world: World) -> dict[str, float]:
    """Move the thresholds as the verdicts tell, and return those that moved. Few verdicts move nothing; run again, nothing more."""
    held = {name: dict((weights(world) or {}).get(name, {})) for name in LANGUAGES}
    brought = {name: float(world.book.policy["weights"][name]["threshold"]) for name in LANGUAGES}
    now = {name: float(held[name].get("threshold", brought[name])) for name in LANGUAGES}
    judged = _judged(world, now)
    moved: dict[str, float] = {}
    for name in LANGUAGES:
        # Where nothing was learnt at an import, the program's own threshold counts, also after it has been brought up to date.
        fitted = float(held[name].get(FITTED, now[name])) if "ranking" in held[name] else brought[name]
        threshold = recalibrated(fitted, judged[name])
        if abs(threshold - now[name]) > 1e-9:
            moved[name] = threshold
            held[name] |= {"threshold": threshold, FITTED: fitted}
    if moved:
        raise_version(world.session)
        world.session.execute(
            update(KnowledgeState).where(KnowledgeState.id == STATE).values(weights={name: own for name, own in held.items() if own}),
            execution_options={"synchronize_session": False},
        )
    return moved


def _judged(world: World, thresholds: dict[str, float]) -> dict[str, list[Judged]]:
    """The latest verdicts per language, of answers that the search would give again and hasn't been taught word for word since."""
    search, today = searcher(world), world.now.astimezone(community_facts(world)[2]).date()
    taught = {one.question for one in search.answered.learned}
    found: dict[str, list[Judged]] = {name: [] for name in LANGUAGES}
    query = select(AnswerVerdict).where(AnswerVerdict.community_id == world.community_id)
    for verdict in world.session.scalars(query.order_by(AnswerVerdict.at.desc(), AnswerVerdict.id.desc()).limit(LATEST)):
        question = str(world.ring.open(world.session, "verdict:question", verdict.id, verdict.question))
        again = search.search(question, today)
        if question in taught or not again.findings or again.findings[0].id != verdict.passage_id:
            continue
        name = language(question)
        sure = _sureness(again.confidence, thresholds[name])
        found[name].append(Judged(sure, verdict.right, RESIDENT_WORTH if verdict.by == RESIDENT else 1.0))
    return found


def _sureness(confidence: float, threshold: float) -> float:
    """Back from the scale on which ½ is the threshold (models/search.py)."""
    return 1 / (1 + math.exp(-(_odds(confidence) + _odds(threshold))))


def _odds(chance: float) -> float:
    held = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(held / (1 - held))
