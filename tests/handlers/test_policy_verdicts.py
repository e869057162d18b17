"""The monthly look at verdicts: answers judged wrong make the search more careful, once, and reach the next search."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from handlers.knowledge import judge, learn, searcher, weights
from handlers.policies import Paper, import_papers
from handlers.policy_verdicts import FITTED, refit
from models.passages import Block
from models.policy import KnowledgeState, version
from tests.models.stage import Stage

TODAY = date(2026, 11, 23)
TEXTS = {
    "养犬管理须知": "养犬人应当为犬只办理登记。出户时束犬链，链长不超过一米五。",
    "供热服务规定": "供热期为每年十一月十五日至次年三月十五日。室内温度不低于十八摄氏度，达不到的按日退还热费。",
    "高龄津贴发放办法": "年满八十周岁的户籍老人可以申领高龄津贴，每人每月一百元。申领带身份证和户口簿到社区窗口办理。",
}
QUESTION = "高龄津贴每月多少钱"


def answered(stage: Stage) -> tuple[int, float]:
    """The passage found first for the question, and how sure that is."""
    with stage.world() as world:
        verdict = searcher(world).search(QUESTION, TODAY)
    return verdict.findings[0].id, verdict.confidence


def prepare(stage: Stage) -> int:
    papers = [Paper(title, title, (Block(text),), "三眉街道办事处", issued=date(2026, 3, 1)) for title, text in TEXTS.items()]
    with stage.world() as world:
        import_papers(world, papers)
    return answered(stage)[0]


def say(stage: Stage, passage: int, right: bool, by: str, times: int) -> None:
    for _ in range(times):
        with stage.world() as world:
            judge(world, QUESTION, passage, right, by)


def test_wrong_answers_make_the_search_more_careful(stage: Stage) -> None:
    """Forty times wrong: the threshold rises, and the next search is less sure of the same answer."""
    passage = prepare(stage)
    before = answered(stage)[1]
    say(stage, passage, False, "staff", 40)
    with stage.world() as world:
        brought = world.book.policy["weights"]["zh"]["threshold"]
        moved = refit(world)
    assert set(moved) == {"zh"}
    assert moved["zh"] > brought
    with stage.world() as world:
        assert weights(world) == {"zh": {"threshold": moved["zh"], FITTED: brought}}
    assert answered(stage)[1] < before


def test_the_same_verdicts_count_once(stage: Stage) -> None:
    """Run again without new verdicts, nothing moves and no index is built anew."""
    passage = prepare(stage)
    say(stage, passage, False, "staff", 40)
    with stage.world() as world:
        refit(world)
    with stage.world() as world:
        before = version(world.session)
        assert refit(world) == {}
        assert version(world.session) == before


def test_without_enough_verdicts_nothing_is_written(stage: Stage) -> None:
    """A handful moves no threshold and leaves the row as it was."""
    passage = prepare(stage)
    say(stage, passage, False, "resident", 5)
    with stage.world() as world:
        before = version(world.session)
        assert refit(world) == {}
        assert version(world.session) == before
        assert world.session.scalars(select(KnowledgeState.weights)).all() == [None, None]


def test_verdicts_on_another_answer_dont_count(stage: Stage) -> None:
    """What was judged is not what the search would say today, or it was taught word for word since: it tells nothing."""
    passage = prepare(stage)
    say(stage, passage - 1, False, "staff", 40)
    with stage.world() as world:
        assert refit(world) == {}
    say(stage, passage, False, "staff", 40)
    with stage.world() as world:
        learn(world, QUESTION, passage, None, "staff")
    with stage.world() as world:
        assert refit(world) == {}
