"""Wishes of the policy dialog: find the clause, hand a question to the desk, note whether an answer helped.

The rule that nothing is answered without source and date is held here once more (domain.md 3.17-11): whatever the search thinks,
a passage that has expired, was replaced, or names no source or date leads to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from dialogs.policy_wishes import FindPolicy, HandOver, JudgeAnswer
from dialogs.words import Answered, Refused
from handlers import asking_desk, asking_entries, desk
from handlers.contexts import community_facts
from handlers.filing import Filing, answer_of, file_case, too_many
from handlers.knowledge import gap, judge, searcher
from handlers.world import Json, World
from models.effects import terms
from models.search import Finding, Verdict

SHOWN = 3
RESIDENT = "resident"
PAUSE = re.compile(r"[\s，,。；;？?！!、]+")
UNASKED = frozenset({"visit", "check"})
"""Hand-overs that are no gap of the knowledge base: a person was wanted."""


def today(world: World) -> date:
    """The community's own day."""
    return world.now.astimezone(community_facts(world)[2]).date()


def find_policy(world: World, person_id: str, wish: FindPolicy) -> Answered | Refused:
    day = today(world)
    found = searcher(world)
    verdict = found.search(wish.question, day)
    if verdict.outcome == "none" and not verdict.conflict:
        verdict = max((found.search(part, day) for part in _parts(world, wish.question)), key=_worth, default=verdict)
    if wish.document:
        outcome, findings = _inside(verdict, wish.document, day)
    else:
        outcome, findings = outcome_of(verdict, day)
    reviewed = outcome == "answer" and asking_entries.is_reviewed(world, findings[0], wish.question)
    value = {"outcome": outcome, "passages": [plain(f) for f in findings], "as_of": day.isoformat(), "reviewed": reviewed}
    return Answered("FindPolicy", value)


def _parts(world: World, question: str) -> list[str]:
    """The sentences of a long question: "我妈瘫在床上一个人 低保能不能办啊" asks only in its second half."""
    least = int(world.book.settings["asking"]["least_characters"])
    parts = [part.strip() for part in PAUSE.split(question) if len(part.strip()) >= least]
    return [question, *parts] if len(parts) > 1 else [question]


def _worth(verdict: Verdict) -> float:
    return verdict.confidence + ("none", "choose", "answer").index(verdict.outcome)


def outcome_of(verdict: Verdict, day: date) -> tuple[str, list[Finding]]:
    """What may be told of a verdict, with the passages it is told of (for the desk: the best three)."""
    most = list(verdict.findings[:SHOWN])
    if verdict.conflict:
        named = _one_a_document(verdict.conflict)
        over = any(not in_force(finding, day) for finding in named)
        return "expired" if over else "conflict", named[:SHOWN]
    if verdict.outcome == "none" or not most:
        return "none", most
    if verdict.outcome == "choose":
        offered = [f for f in _one_a_document(verdict.findings) if is_dated(f) and in_force(f, day)][:SHOWN]
        return ("choose", offered) if offered else ("none", most)
    return _answer(most, day)


def _answer(most: list[Finding], day: date) -> tuple[str, list[Finding]]:
    best = most[0]
    if not in_force(best, day):
        return "expired", [best]
    if not is_dated(best):
        return "undated", [best]
    return "answer", [best, *(f for f in most[1:] if in_force(f, day))]


def _inside(verdict: Verdict, key: str, day: date) -> tuple[str, list[Finding]]:
    """A follow-up: only what the document just quoted says; never "none" while it is among the best."""
    own = [finding for finding in verdict.findings if finding.key == key]
    if not own:
        return outcome_of(verdict, day)
    return _answer(own[:SHOWN], day)


def _one_a_document(findings: Iterable[Finding]) -> list[Finding]:
    """The best passage of each document, in order."""
    return list({finding.key: finding for finding in reversed(list(findings))}.values())[::-1]


def in_force(finding: Finding, day: date) -> bool:
    """Whether the document holds on `day`."""
    begun = finding.valid_from is None or finding.valid_from <= day
    return begun and (finding.valid_until is None or finding.valid_until >= day) and not finding.replaced_by


def is_dated(finding: Finding) -> bool:
    """Whether it names whose word it is and from when."""
    return bool(finding.source) and finding.issued is not None


def plain(finding: Finding) -> Json:
    """A finding as a dialog hears it."""
    return {
        "id": finding.id,
        "doc": finding.key,
        "title": finding.title,
        "section": finding.section,
        "text": finding.text,
        "source": finding.source,
        "url": finding.url,
        "issued": finding.issued.isoformat() if finding.issued else None,
        "valid_until": finding.valid_until.isoformat() if finding.valid_until else None,
        "region": finding.region,
    }


def hand_over(world: World, person_id: str, wish: HandOver) -> Answered | Refused:
    """A case for the desk with the promise of its class, the question among the gaps, the passages ready to be quoted."""
    if too_many(world, person_id):
        return Refused("HandOver", "too_many", {"phone": community_facts(world)[1].get("community", "")})
    general = str(world.book.settings["asking"]["general"])
    category = wish.category if wish.category in world.book.categories else general
    words = "\n".join(part for part in (wish.question, wish.words) if part)
    filing = Filing(person_id, category, words, flags={"call_me": wish.call_me, "confidential": wish.quiet}, source="question")
    case = file_case(world, filing)
    desk.case_opened(world, case, words)
    if wish.reason not in UNASKED:
        gap(world, wish.question, wish.reason, case.id)
        asking_desk.offer_passages(world, case, wish.question, wish.passages, wish.reason)
    value = {key: answer_of(world, case)[key] for key in ("case_id", "number", "answer_by", "contact_by")}
    return Answered("HandOver", {**value, "on_duty": terms(world).calendar.is_open(world.now)})


def judge_answer(world: World, person_id: str, wish: JudgeAnswer) -> Answered | Refused:
    """Kept without the person: it judges the answer, not who asked."""
    judge(world, wish.question, wish.passage, wish.helpful, RESIDENT)
    return Answered("JudgeAnswer", {})
