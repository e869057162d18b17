"""Past cases are kept sealed, trained on, and put in use; closed cases teach too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from dialogs.wishes import OpenCase
from handlers.sorting import SortedCase, cases_known, categories, keep_version, learn_cases, learn_from_closed, sorter
from models.sorting import SortingCase, SortingVersion
from models.sorting_fit import fitted
from models.sorting_model import Sorting
from tests.handlers.desk_world import StaffRooms, open_rooms

HOME = {"building": "2", "unit": "1", "floor": "3", "room": "301", "spot": None}
LIGHT = SortedCase("import:1", "路灯坏了，晚上看不见路", "市政")
SCHOOL = SortedCase("import:2", "老师要求补课收费", "教育")


@pytest.fixture
def rooms() -> Iterator[StaffRooms]:
    opened = open_rooms()
    yield opened
    opened.session.close()


def trained() -> Sorting:
    return fitted([LIGHT.words, LIGHT.words, SCHOOL.words, SCHOOL.words], ["市政", "市政", "教育", "教育"])


def test_cases_teach_once_and_may_be_corrected(rooms: StaffRooms) -> None:
    """The same line again teaches nothing; the same id with another category replaces what it said."""
    world = rooms.world("a")
    first = learn_cases(world, [LIGHT, SCHOOL])
    assert (first.new, first.changed, first.same, set(first.categories)) == (2, 0, 0, {"市政", "教育"})
    assert learn_cases(world, [LIGHT, SCHOOL]).same == 2
    second = learn_cases(world, [SortedCase(LIGHT.key, LIGHT.words, "PR01")])
    assert (second.new, second.changed, second.categories) == (0, 1, ())
    assert {(case.key, case.category) for case in cases_known(world)} == {("import:1", "PR01"), ("import:2", "教育")}
    assert {"市政", "教育", "PR01"} <= categories(world)


def test_words_are_sealed(rooms: StaffRooms) -> None:
    """What people wrote stands nowhere in plain."""
    world = rooms.world("a")
    learn_cases(world, [LIGHT])
    stored = world.session.scalars(select(SortingCase.words)).one()
    assert LIGHT.words.encode() not in stored


def test_the_newest_version_is_in_use_and_three_are_kept(rooms: StaffRooms) -> None:
    """Each training is a version of its own; the newest answers, the oldest go."""
    world = rooms.world("a")
    assert sorter(world) is None
    numbers = [keep_version(world, trained()) for _ in range(4)]
    assert numbers == [1, 2, 3, 4]
    kept = world.session.scalars(select(SortingVersion.version).order_by(SortingVersion.version)).all()
    assert kept == [2, 3, 4]
    found = sorter(world)
    assert found is not None
    assert found.ranked(LIGHT.words)[0][0] == "市政"


def test_a_version_of_another_format_serves_nobody(rooms: StaffRooms) -> None:
    """Bytes that can't be read leave the words of the lexicon to sort alone."""
    world = rooms.world("a")
    keep_version(world, trained())
    world.session.scalars(select(SortingVersion)).one().arrays = b"of another time"
    world.session.flush()
    assert sorter(world) is None


def test_closed_cases_teach_but_not_open_or_secret_ones(rooms: StaffRooms) -> None:
    """A case closed under a category is kept once; one in work, a confidential and a sensitive one never."""
    closed, _, secret = (
        rooms.case(str(rooms.wish("wang", OpenCase(category, HOME, words))["number"]))
        for category, words in (("PR01", "楼道灯不亮"), ("EN01", "垃圾满了没人收"), ("OR01", "楼下天天吵"))
    )
    closed.state, secret.state, secret.confidential = "closed", "closed", True
    rooms.session.flush()
    learned = learn_from_closed(rooms.world("night"))
    assert learned.new == 1
    assert [case.key for case in cases_known(rooms.world("night"))] == [f"closed:{closed.id}"]
    assert learn_from_closed(rooms.world("next")).new == 0
