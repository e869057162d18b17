"""Documents that come in, come again and go; what was learned from answers; who finds what."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers import knowledge
from handlers.knowledge import gap, judge, learn, quote, searcher
from handlers.policies import Imported, Paper, import_papers, retire_document
from handlers.policy_answers import Answered, fit, import_answers
from models.asking import CONFIRMED, EntryProposal
from models.passages import Block
from models.policy import Document, Passage, version
from models.policy_learned import AnswerVerdict, KnowledgeGap, LearnedQuestion
from models.seal import Sealed
from tests.models.stage import Stage

TODAY = date(2026, 11, 23)
PETS = "养犬人应当为犬只办理登记。出户时束犬链，链长不超过一米五。"
HEAT = "供热期为每年十一月十五日至次年三月十五日。室内温度不低于十八摄氏度，达不到的按日退还热费。"
AGED = "年满八十周岁的户籍老人可以申领高龄津贴，每人每月一百元。申领带身份证和户口簿到社区窗口办理。"


def paper(key: str, title: str, text: str, **more: object) -> Paper:
    fields = {"source": "三眉街道办事处", "issued": date(2026, 3, 1)}
    return Paper(key, title, (Block(text),), **{**fields, **more})  # type: ignore[arg-type]


PAPERS = (paper("pets", "养犬管理须知", PETS), paper("heat", "供热服务规定", HEAT), paper("aged", "高龄津贴发放办法", AGED))


def clauses(*texts: str) -> str:
    """A document long enough to be cut into one passage for each of `texts`."""
    return "\n".join(
        f"第{number}条 {text}{'本条由街道办事处负责解释并监督执行。' * 22}" for number, text in zip("一二三四五六", texts, strict=False)
    )


def bring(stage: Stage, *papers: Paper) -> Imported:
    with stage.world() as world:
        return import_papers(world, papers)


def best(stage: Stage, question: str) -> str:
    """The key of the document found first, "" for none."""
    with stage.world() as world:
        found = searcher(world).search(question, TODAY).findings
    return found[0].key if found else ""


def texts(stage: Stage, key: str) -> dict[str, int]:
    """The passages in force of a document, text → row."""
    with stage.world() as world:
        query = select(Passage.text, Passage.id).join(Document, Document.id == Passage.document_id)
        return {row[0]: row[1] for row in world.session.execute(query.where(Document.key == key, Passage.retired_at.is_(None)))}


def test_what_was_imported_is_found_with_its_source_and_date(stage: Stage) -> None:
    """A passage carries the source, the dates and the link of its own document."""
    done = bring(
        stage, *PAPERS, paper("lift", "电梯使用须知", "电梯困人时按警铃。", url="https://example.org/lift", valid_until=date(2027, 1, 1))
    )
    assert (done.new, done.changed, done.same, done.passages_new) == (4, 0, 0, 4)
    with stage.world() as world:
        first = searcher(world).search("电梯困人怎么办", TODAY).findings[0]
    assert (first.key, first.source, first.issued) == ("lift", "三眉街道办事处", date(2026, 3, 1))
    assert (first.url, first.valid_until) == ("https://example.org/lift", date(2027, 1, 1))


def test_importing_the_same_again_changes_nothing(stage: Stage) -> None:
    """Neither rows nor the version move."""
    bring(stage, *PAPERS)
    with stage.world() as world:
        before = version(world.session)
    done = bring(stage, *PAPERS)
    with stage.world() as world:
        assert version(world.session) == before
    assert (done.new, done.changed, done.same, done.passages_new) == (0, 0, 3, 0)


def test_a_changed_document_keeps_the_passages_that_stay(stage: Stage) -> None:
    """Same text, same row; what is new gets one, what went is retired and no longer found or quoted."""
    bring(stage, paper("rules", "小区公约", clauses("楼道不得堆物。", "电动车不得上楼。", "装修时间为八点至十八点。")))
    before = texts(stage, "rules")
    done = bring(stage, paper("rules", "小区公约", clauses("楼道不得堆物。", "电动车停入车棚。", "装修时间为八点至十八点。")))
    after = texts(stage, "rules")
    assert (done.changed, done.passages_kept, done.passages_new, done.passages_retired) == (1, 2, 1, 1)
    assert {after[text] for text in after if text in before} == {row for text, row in before.items() if "电动车" not in text}
    gone = next(row for text, row in before.items() if "电动车" in text)
    with stage.world() as world:
        assert quote(world, gone) is None
        assert world.session.get_one(Passage, gone).retired_at is not None
        assert all("不得上楼" not in one.text for one in searcher(world).search("电动车可以上楼吗", TODAY).findings)


def test_a_document_that_comes_back_gets_its_old_rows(stage: Stage) -> None:
    """Retired and imported again, its passages are the same rows as before."""
    bring(stage, *PAPERS)
    before = texts(stage, "pets")
    with stage.world() as world:
        assert retire_document(world, "pets") == []
        assert retire_document(world, "never heard of") == []
    assert texts(stage, "pets") == {}
    assert best(stage, "养犬登记") != "pets"
    bring(stage, PAPERS[0])
    assert texts(stage, "pets") == before
    assert best(stage, "养犬登记") == "pets"


def test_what_quoted_a_retired_passage_is_returned_for_review(stage: Stage) -> None:
    """The question that staff answered from the changed clause is named, the one from another clause isn't."""
    bring(stage, paper("rules", "小区公约", clauses("楼道不得堆物。", "电动车不得上楼。", "装修时间为八点至十八点。")))
    rows = texts(stage, "rules")
    with stage.world() as world:
        for words, question in (("电动车", "电瓶车能推进电梯不"), ("装修", "几点能开始砸墙")):
            learn(world, question, next(row for text, row in rows.items() if words in text), None, "zhao")
    done = bring(stage, paper("rules", "小区公约", clauses("楼道不得堆物。", "电动车停入车棚。", "装修时间为八点至十八点。")))
    assert [(one.kind, one.question, one.document) for one in done.review] == [("question", "电瓶车能推进电梯不", "rules")]


def test_a_confirmed_entry_is_returned_once(stage: Stage) -> None:
    """An entry that a second person confirmed stands for the question that was learned with it."""
    bring(stage, PAPERS[2])
    (row,) = texts(stage, "aged").values()
    with Session(stage.engine) as session:
        world = stage.make_world(session)
        sealed = world.ring.seal(session, "desk", "entry_proposal:question", "e1", "老寿星红包咋领")
        named = {"community_id": world.community_id, "case_id": "none", "author_id": "none", "language": "zh", "proposed_at": stage.now}
        session.add(EntryProposal(id="e1", state=CONFIRMED, passage_id=row, question=sealed, **named))
        learn(world, "老寿星红包咋领", row, None, "zhao")
        learn(world, "八十岁有钱拿吗", row, None, "zhao")
        done = import_papers(world, [paper("aged", "高龄津贴发放办法", AGED.replace("一百", "二百"))])
        assert [(one.kind, one.question) for one in done.review] == [("entry", "老寿星红包咋领"), ("question", "八十岁有钱拿吗")]
        session.rollback()


def test_a_learned_question_leads_to_its_document(stage: Stage) -> None:
    """Words that stand in no document find it once staff have answered them, in the very next search."""
    bring(stage, *PAPERS)
    question = "老寿星红包咋领"
    with stage.world() as world:
        row = next(one.id for one in searcher(world).search("高龄津贴", TODAY).findings if one.key == "aged")
        learn(world, question, row, "带身份证到社区窗口", "zhao")
        assert searcher(world).search(question, TODAY).findings[0].key == "aged"
    assert best(stage, question) == "aged"


def test_what_was_rolled_back_is_not_found(stage: Stage) -> None:
    """A search inside a transaction that fails leaves nothing behind for the next."""
    bring(stage, *PAPERS)
    with Session(stage.engine) as session:
        world = stage.make_world(session)
        import_papers(world, [paper("ghost", "地下车库限高通知", "地下车库限高两米二。")])
        assert searcher(world).search("地下车库限高", TODAY).findings[0].key == "ghost"
        session.rollback()
    assert best(stage, "地下车库限高") != "ghost"
    bring(stage, paper("real", "儿童游乐场开放时间", "儿童游乐场每天八点开放。"))
    assert best(stage, "地下车库限高") != "ghost"


def test_the_search_is_built_once_for_each_version(stage: Stage) -> None:
    """Threads that ask at once share one; a new version makes a new one."""
    bring(stage, *PAPERS)
    with stage.world() as world:
        first = searcher(world)
    found = []

    def ask() -> None:
        with stage.world() as world:
            found.append(searcher(world))

    if stage.engine.dialect.name == "postgresql":
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:
        ask()
    assert found
    assert all(one is first for one in found)
    bring(stage, paper("new", "新文件", "垃圾桶撤点通知。"))
    with stage.world() as world:
        assert searcher(world) is not first


def test_what_is_learned_does_not_read_the_documents_again(demo: Stage) -> None:
    """The index of the passages stays while only answered questions are added."""
    bring(demo, *PAPERS)
    (row,) = texts(demo, "aged").values()
    with demo.world() as world:
        before = searcher(world).corpus
        learn(world, "老寿星红包咋领", row, None, "zhao")
    with demo.world() as world:
        assert searcher(world).corpus is before
    assert best(demo, "老寿星红包咋领") == "aged"


def test_a_large_knowledge_base_is_rebuilt_beside_the_turns(demo: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the new index is made the old one serves; then what came in is found."""
    monkeypatch.setattr(knowledge, "LARGE", 1)
    bring(demo, *PAPERS)
    with demo.world() as world:
        old = searcher(world)
    bring(demo, paper("lift", "电梯使用须知", "电梯困人时按警铃。"))
    with demo.world() as world:
        assert searcher(world) is old
    for thread in threading.enumerate():
        if thread.name == "knowledge":
            thread.join()
    assert best(demo, "电梯困人") == "lift"


def test_another_community_finds_nothing_of_ours(demo: Stage) -> None:
    """Documents belong to their community; those from before any community was known serve everybody."""
    demo.community_id, own = "", demo.community_id
    bring(demo, PAPERS[0])
    demo.community_id = own
    bring(demo, PAPERS[1])
    demo.community_id = "another"
    assert best(demo, "养犬登记") == "pets"
    assert best(demo, "供热期室内温度") != "heat"
    with demo.world() as world:
        heat = world.session.scalars(
            select(Passage.id).join(Document, Document.id == Passage.document_id).where(Document.key == "heat")
        ).one()
        assert quote(world, heat) is None


def test_a_document_from_before_the_community_is_adopted(demo: Stage) -> None:
    """Imported once more when the community is known, it is the same document and not a second one."""
    demo.community_id, own = "", demo.community_id
    bring(demo, PAPERS[0])
    demo.community_id = own
    done = bring(demo, replace(PAPERS[0], title="养犬须知（修订）"))
    assert (done.new, done.changed, done.passages_kept) == (0, 1, 1)
    with demo.world() as world:
        assert world.session.scalars(select(Document.community_id).where(Document.key == "pets")).all() == [own]


ANSWERS = [
    Answered("q1", "老寿星红包咋领", ("aged",), "带身份证"),
    Answered("q2", "狗证哪里办", ("pets", "nowhere"), None),
    Answered("q3", "谁来管管", ("nowhere",), "不知道"),
]


def test_answers_in_bulk_are_learned_once(stage: Stage) -> None:
    """A line that names no known document is told; the same file again changes nothing, a changed line replaces its own."""
    bring(stage, *PAPERS)
    with stage.world() as world:
        first = import_answers(world, ANSWERS)
    with stage.world() as world:
        again = import_answers(world, [*ANSWERS[:1], replace(ANSWERS[1], answer="社区窗口")])
        assert world.session.scalar(select(func.count()).select_from(LearnedQuestion)) == 2
    assert (first.new, first.changed, first.same, first.unknown) == (2, 0, 0, ("q3",))
    assert (again.new, again.changed, again.same, again.unknown) == (0, 1, 1, ())
    assert best(stage, "老寿星红包") == "aged"


def test_fitting_keeps_weights_and_makes_a_new_version(demo: Stage) -> None:
    """With too few answers nothing is learned and the search goes on as it was."""
    bring(demo, *PAPERS)
    with demo.world() as world:
        import_answers(world, ANSWERS)
        before = version(world.session)
    with demo.world() as world:
        fit(world)
    with demo.world() as world:
        assert version(world.session) > before
    assert best(demo, "高龄津贴多少钱") == "aged"


@pytest.mark.parametrize("table", [LearnedQuestion, KnowledgeGap, AnswerVerdict])
def test_residents_questions_are_sealed(table: type[LearnedQuestion]) -> None:
    """What a resident asked stands nowhere in plain words."""
    assert isinstance(table.__table__.c["question"].type, Sealed)


def test_gaps_and_verdicts_are_kept(stage: Stage) -> None:
    """A question without an answer and a judgement on one are rows with their sealed words; redone, the same event adds none twice."""
    bring(stage, *PAPERS)
    (row,) = texts(stage, "aged").values()
    with stage.world() as world:
        gap(world, "我儿子的学区是哪个", "none", None)
        judge(world, "高龄津贴", row, True, "staff")
        judge(world, "高龄津贴", row, False, "resident", {"T": 0.5})
    with stage.world() as world:
        open_gap = world.session.scalars(select(KnowledgeGap)).one()
        assert world.ring.open(world.session, "kb_gap:question", open_gap.id, open_gap.question) == "我儿子的学区是哪个"
        assert (open_gap.reason, open_gap.closed_at) == ("none", None)
        verdicts = world.session.scalars(select(AnswerVerdict).order_by(AnswerVerdict.id)).all()
        assert [(one.right, one.by, one.features) for one in verdicts] == [(True, "staff", None), (False, "resident", {"T": 0.5})]
