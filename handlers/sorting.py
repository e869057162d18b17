"""Past cases teach the sorting: keep them, train a version outside any turn, and hand out the version in use.

A category that the built-in list lacks is added to the community's. What a case teaches is kept with its key, so that the same case
again teaches nothing twice, and another category for it corrects the first.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, delete, exists, func, insert, select

from handlers.world import World
from models.case import Case
from models.sorting import SORTING, OwnCategory, SortingCase, SortingVersion
from models.sorting_model import NotASorting, Sorting

CHUNK = 500
MOST_CASES = 20_000
"""The newest that a version is trained on: memory and patience have a limit."""
VERSIONS_KEPT = 3
CLOSED = "closed"
"""State of the cases that teach, and what their keys begin with."""
PLACE = "sorting_case:words"

_kept: WeakKeyDictionary[Engine, dict[str, tuple[int, Sorting | None]]] = WeakKeyDictionary()
_loading = threading.Lock()


@dataclass(frozen=True)
class SortedCase:
    """A case whose category is known; `key` names the line or the case it comes from."""

    key: str
    words: str
    category: str


@dataclass(frozen=True)
class Learned:
    """What was kept: `categories` are those added to the community's."""

    new: int
    changed: int
    same: int
    categories: tuple[str, ...]


def learn_cases(world: World, cases: Sequence[SortedCase]) -> Learned:
    """Keep `cases` for the next training. Of two with one key the later holds."""
    latest = {case.key: case for case in cases}
    before = _held(world, list(latest))
    fresh = [case for key, case in latest.items() if before.get(key) != (case.category, case.words)]
    changed = [case.key for case in fresh if case.key in before]
    for start in range(0, len(changed), CHUNK):
        gone = SortingCase.key.in_(changed[start : start + CHUNK])
        world.session.execute(delete(SortingCase).where(SortingCase.community_id == world.community_id, gone))
    rows = [_row(world, case) for case in fresh]
    if rows:
        world.session.execute(insert(SortingCase), rows)
    return Learned(len(fresh) - len(changed), len(changed), len(latest) - len(fresh), _add_categories(world, fresh))


def _row(world: World, case: SortedCase) -> dict[str, Any]:
    own = world.new_id()
    words = world.ring.seal(world.session, SORTING, PLACE, own, case.words)
    return {
        "id": own,
        "community_id": world.community_id,
        "key": case.key,
        "category": case.category,
        "words": words,
        "at": world.now,
    }


def _held(world: World, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Category and words of the cases known by these keys."""
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(keys), CHUNK):
        mine = SortingCase.community_id.in_((world.community_id, ""))
        query = select(SortingCase).where(mine, SortingCase.key.in_(keys[start : start + CHUNK])).order_by(SortingCase.community_id)
        for row in world.session.scalars(query):
            found[row.key] = row.category, world.ring.open(world.session, PLACE, row.id, row.words)
    return found


def _add_categories(world: World, cases: Sequence[SortedCase]) -> tuple[str, ...]:
    known = categories(world)
    new = tuple(dict.fromkeys(case.category for case in cases if case.category not in known))
    if new:
        world.session.execute(insert(OwnCategory), [{"community_id": world.community_id, "code": code, "at": world.now} for code in new])
    return new


def categories(world: World) -> frozenset[str]:
    """The codes that a message may be sorted into: the built-in ones and the community's own."""
    mine = OwnCategory.community_id.in_((world.community_id, ""))
    return frozenset(world.book.categories) | frozenset(world.session.scalars(select(OwnCategory.code).where(mine)))


def cases_known(world: World) -> list[SortedCase]:
    """The cases to train on, up to `MOST_CASES`: the community's own, newest first, then those of everybody."""
    mine = SortingCase.community_id.in_((world.community_id, ""))
    newest = select(SortingCase).where(mine).order_by(SortingCase.community_id.desc(), SortingCase.at.desc(), SortingCase.id)
    latest: dict[str, SortedCase] = {}
    for row in world.session.scalars(newest.limit(MOST_CASES)):
        if row.key not in latest:
            latest[row.key] = SortedCase(row.key, world.ring.open(world.session, PLACE, row.id, row.words), row.category)
    return list(latest.values())


def keep_version(world: World, sorting: Sorting) -> int:
    """Store a trained version, which is in use from the commit on; the oldest beyond `VERSIONS_KEPT` go. Returns its number."""
    mine = SortingVersion.community_id == world.community_id
    number = (world.session.scalar(select(func.max(SortingVersion.version)).where(mine)) or 0) + 1
    row = {"version": number, "cases": int(sorting.cases), "arrays": sorting.dumped(), "at": world.now, "community_id": world.community_id}
    world.session.execute(insert(SortingVersion), [row])
    world.session.execute(delete(SortingVersion).where(mine, SortingVersion.version <= number - VERSIONS_KEPT))
    return number


def sorter(world: World) -> Sorting | None:
    """The version in use, None before anything was learned. Loaded once for each version, shared by all threads."""
    newest = select(SortingVersion.community_id, SortingVersion.version).where(SortingVersion.community_id.in_((world.community_id, "")))
    found = world.session.execute(newest.order_by(SortingVersion.community_id.desc(), SortingVersion.version.desc()).limit(1)).first()
    if found is None:
        return None
    owner, number = found
    with _loading:
        kept = _kept.setdefault(world.session.get_bind().engine, {})
        known = kept.get(owner)
        if known is None or known[0] != number:
            kept[owner] = known = number, _loaded(world, owner, number)
    return known[1]


def _loaded(world: World, owner: str, number: int) -> Sorting | None:
    """A version of an older format serves nobody until it is trained anew."""
    this = (SortingVersion.community_id == owner, SortingVersion.version == number)
    try:
        return Sorting.loaded(world.session.scalars(select(SortingVersion.arrays).where(*this)).one())
    except NotASorting:
        return None


def learn_from_closed(world: World) -> Learned:
    """Keep the closed cases that are not kept yet, for the next training.

    Only what ended as `closed` under a category that staff left standing; never sensitive, confidential or anonymous ones.
    """
    known = exists().where(SortingCase.community_id == Case.community_id, SortingCase.key == f"{CLOSED}:" + Case.id)
    plain = (Case.sensitive.is_(False), Case.confidential.is_(False), Case.anonymous.is_(False))
    query = select(Case).where(Case.community_id == world.community_id, Case.state == CLOSED, *plain, ~known).order_by(Case.id)
    told = ((case, str(world.ring.open(world.session, "case:words", case.id, case.words))) for case in world.session.scalars(query))
    return learn_cases(world, [SortedCase(f"{CLOSED}:{case.id}", words, case.category) for case, words in told if words.strip()])
