"""The knowledge base from the command line: files of every kind in, bad ones told, questions answered line by line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from pypdf import PdfWriter

from bot.database import hold_data_folder
from bot.documents import Fault, documents, read_documents
from handlers.policies import Paper
from tests.bot.test_cli import FIXTURE, linli

DOCS = [
    {
        "id": "pets",
        "title": "养犬管理须知",
        "text": "养犬人应当为犬只办理登记。出户时束犬链。",
        "source": "三眉街道",
        "issued": "2026-03-01",
    },
    {"id": "heat", "title": "供热服务规定", "text": "供热期为十一月十五日至三月十五日。", "source": "住建局", "valid_until": "2027-03-15"},
    {"id": "aged", "title": "高龄津贴发放办法", "text": "年满八十周岁的老人可以申领高龄津贴。", "source": "民政局"},
    {
        "id": "bins",
        "title": "Bulky waste",
        "text": "Bulky waste is collected on Fridays. Put it beside the gate.",
        "source": "Property office",
    },
]
MARKDOWN = """---
title: 电动车停放规定
source: 安家物业
issued: 2026年5月1日
valid_until: 2027-04-30
url: https://example.org/ebike
---
# 电动车停放规定
## 停放
电动车停入**车棚**，不得上楼。详见[说明](https://example.org/x)。
## 充电
充电时间为六点到二十二点。
"""
HTML = """<html><head><meta charset="utf-8"><title>社区 - 首页</title>
<meta name="ContentSource" content="民政局"><meta name="ArticleTitle" content="临时救助办法">
<meta name="PubDate" content="2026-02-03 08:00"></head><body><nav>首页 导航</nav><script>alert(1)</script><main><h1>临时救助办法</h1>
<h2>申请</h2><p>因火灾、疾病造成<b>困难</b>的家庭可以申请。</p><ol><li>身份证</li><li>户口簿</li></ol>
<table><tr><th>人数</th><th>金额</th></tr><tr><td>1人</td><td>1000元</td></tr></table></main><footer>版权</footer></body></html>"""


def lines(rows: list[Any]) -> str:
    return "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)


def the_paper(name: str, content: bytes, facts: dict[str, Any] | None = None) -> Paper:
    (found,) = documents(name, content, facts)
    assert isinstance(found, Paper), found
    return found


def the_fault(name: str, content: bytes) -> str:
    (found,) = documents(name, content)
    assert isinstance(found, Fault), found
    return found.why


def body(paper: Paper) -> str:
    return "\n".join(block.text for block in paper.blocks if block.shown)


def word(*, title: str = "", text: str = "养犬应当登记。") -> bytes:
    document = docx.Document()
    document.core_properties.title = title
    document.add_heading("登记", 1)
    document.add_paragraph(text)
    document.add_paragraph("来源：三眉街道办事处")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "小型犬", "200元"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pdf(text: str) -> bytes:
    """A PDF of one page with `text` (ASCII), written by hand: the smallest one that has a text layer."""
    stream = f"BT /F1 12 Tf 50 700 Td 14 TL {' T* '.join(f'({line}) Tj' for line in text.splitlines())} ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream), b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (table, len(out))


def test_markdown_has_its_facts_in_front() -> None:
    """Title, source, dates and link come from the front matter; marks of the screen are gone; headings are sections."""
    paper = the_paper("ebike.md", MARKDOWN.encode())
    assert (paper.key, paper.title, paper.source, paper.url) == ("ebike.md", "电动车停放规定", "安家物业", "https://example.org/ebike")
    assert (paper.issued, paper.valid_until) == (date(2026, 5, 1), date(2027, 4, 30))
    assert [block.label for block in paper.blocks if block.level] == ["停放", "充电"]
    assert "电动车停入车棚，不得上楼。详见说明。" in body(paper)


def test_html_leaves_menus_and_scripts_out() -> None:
    """Only the page's own words; <meta> as government sites write it; list and table rows are lines."""
    paper = the_paper("aid.html", HTML.encode())
    assert (paper.title, paper.source, paper.issued) == ("临时救助办法", "民政局", date(2026, 2, 3))
    assert body(paper).split("\n") == ["因火灾、疾病造成困难的家庭可以申请。", "1. 身份证", "2. 户口簿", "人数 | 金额", "1人 | 1000元"]


def test_a_page_in_gb_18030_is_read() -> None:
    """Old Chinese pages are not UTF-8 and often don't say so."""
    page = "<html><meta name='source' content='街道'><h1>通知</h1><p>明日停水。</p></html>"
    assert body(the_paper("old.htm", page.encode("gb18030"))) == "明日停水。"


def test_docx_gives_headings_tables_and_stated_source() -> None:
    """Word's headings by style; the line “来源：…” is the source; a fact given from outside holds before it."""
    paper = the_paper("dogs.docx", word(title="养犬须知"))
    assert (paper.title, paper.source) == ("养犬须知", "三眉街道办事处")
    assert "小型犬 | 200元" in body(paper)
    assert the_paper("dogs.docx", word(), {"source": "公安局", "issued": date(2026, 1, 2)}).source == "公安局"


def test_pdf_with_a_text_layer_is_read() -> None:
    """Lines broken by the page's width are joined, page numbers dropped."""
    content = pdf("House rules\nSource: Property office\nQuiet hours begin at ten in the evening and end\nat seven in the morning.\n- 1 -")
    paper = the_paper("rules.pdf", content)
    assert (paper.title, paper.source) == ("House rules", "Property office")
    assert "evening and end at seven" in body(paper)
    assert "- 1 -" not in body(paper)


def blank_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("scan.pdf", blank_pdf(), "no text layer"),
        ("broken.pdf", b"%PDF-1.4 nonsense", "no PDF"),
        ("broken.docx", b"PK nonsense", "no DOCX"),
        ("old.doc", b"\xd0\xcf", "of a kind"),
        ("empty.html", b"", "no HTML"),
        ("nosource.md", "# 标题\n正文。".encode(), "no source"),
        ("notext.md", "---\nsource: 街道\n---\n# 标题\n".encode(), "no text"),
        ("noend.md", b"---\nsource: x\n", "no end"),
        ("typo.md", "---\nsource: 街道\nvalid_untill: 2020-01-01\n---\n正文。".encode(), "did you mean"),
        ("date.md", "---\nsource: 街道\nissued: 2026-02-30\n---\n正文。".encode(), "no date"),
        ("turned.md", "---\nsource: 街道\nvalid_from: 2026-02-03\nvalid_until: 2026-02-01\n---\n正文。".encode(), "before it begins"),
        ("link.md", "---\nsource: 街道\nurl: javascript:alert(1)\n---\n正文。".encode(), "no http address"),
        ("bytes.txt", b"\xff\xff\xff\x80", "neither UTF-8"),
    ],
)
def test_a_bad_file_is_one_clear_line(name: str, content: bytes, why: str) -> None:
    """What is wrong, and what to do."""
    told = the_fault(name, content)
    assert why in told
    assert "\n" not in told


def test_facts_may_stand_beside_a_file(tmp_path: Path) -> None:
    """FILE.toml says what a PDF or a plain text can't."""
    (tmp_path / "note.txt").write_text("停水通知\n明日八点停水。", encoding="utf-8")
    (tmp_path / "note.txt.toml").write_text('source = "水务公司"\nvalid_until = 2026-12-01\n', encoding="utf-8")
    (paper,) = read_documents(tmp_path / "note.txt")
    assert isinstance(paper, Paper)
    assert (paper.title, paper.source, paper.valid_until) == ("停水通知", "水务公司", date(2026, 12, 1))


def test_files_are_imported_and_questions_answered(tmp_path: Path) -> None:
    """From nothing: the folder is made, the good is imported, each bad line or file told once, questions get 3–10 passages."""
    data = str(tmp_path / "data")
    docs = tmp_path / "docs.jsonl"
    docs.write_text(
        lines([*DOCS, "no json", {"id": "x", "title": "无来源", "text": "正文"}, [1], {**DOCS[0], "title": "又一个"}]), encoding="utf-8"
    )
    (tmp_path / "ebike.md").write_text(MARKDOWN, encoding="utf-8")
    told = linli("import", "policies", str(docs), str(tmp_path / "ebike.md"), str(tmp_path / "nowhere.md"), "--data", data)
    assert told.returncode == 1, told.stderr
    assert "documents: 5 new" in told.stdout
    faults = told.stderr.strip().split("\n")
    assert [line.split(" ")[0] for line in faults] == ["docs.jsonl:5:", "docs.jsonl:6:", "docs.jsonl:7:", "docs.jsonl:8:", "nowhere.md:"]

    answers = tmp_path / "answers.jsonl"
    rows: list[Any] = [
        {"id": "a1", "question": "老寿星红包咋领", "gold": ["aged"], "answer": "到社区"},
        {"id": "a2", "question": "?", "gold": ["nowhere"]},
        "{",
    ]
    answers.write_text(lines(rows), encoding="utf-8")
    told = linli("import", "answers", str(answers), "--data", data)
    assert (told.returncode, told.stdout.strip()) == (1, "answers: 1 new, 0 changed, 0 as before")
    assert [line.split(" ")[0] for line in told.stderr.strip().split("\n")] == ["answers.jsonl:3:", "answers.jsonl:2:"]

    asked: list[Any] = [{"id": 1, "question": "狗要登记吗"}, "no json", {"id": "b"}, {"question": "?"}, {"id": "e", "question": ""}]
    asked += [{"id": "c", "question": "老寿星红包咋领"}, {"id": "d", "question": "When is bulky waste collected?"}]
    told = linli("ask", "--jsonl", "--data", data, said=lines(asked))
    found = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.returncode == 1
    assert [row["id"] for row in found] == [1, None, "b", None, "e", "c", "d"]
    assert [number for number, row in enumerate(found) if "error" in row] == [1, 2, 3]
    pets, aged, bins = found[0], found[5], found[6]
    assert set(pets) == {"id", "passages", "confidence", "answered"}
    assert all(set(passage) == {"doc", "section", "text"} for passage in pets["passages"])
    assert [row["passages"][0]["doc"] for row in (pets, aged, bins)] == ["pets", "aged", "bins"]
    assert all(0 <= row["confidence"] <= 1 and isinstance(row["answered"], bool) for row in (pets, aged, bins))
    assert 3 <= len(pets["passages"]) <= 10


def test_a_changed_document_is_told_with_what_quoted_it(tmp_path: Path) -> None:
    """Imported again: as before, changed, and which answered questions are to be looked at again."""
    data, docs, answers = str(tmp_path / "data"), tmp_path / "docs.jsonl", tmp_path / "answers.jsonl"
    docs.write_text(lines(DOCS), encoding="utf-8")
    answers.write_text(lines([{"id": "a1", "question": "老寿星红包咋领", "gold": ["aged"]}]), encoding="utf-8")
    assert linli("import", "community", str(FIXTURE), "--data", data).returncode == 0
    assert linli("import", "policies", str(docs), "--data", data).returncode == 0
    assert linli("import", "answers", str(answers), "--data", data).returncode == 0
    docs.write_text(lines([*DOCS[:2], {**DOCS[2], "text": "年满七十周岁的老人可以申领高龄津贴。"}]), encoding="utf-8")
    told = linli("import", "policies", str(docs), "--data", data)
    assert told.returncode == 0
    assert "0 new, 1 changed, 2 as before" in told.stdout
    assert "review: question “老寿星红包咋领” quotes “高龄津贴发放办法” (aged)" in told.stdout
    assert linli("import", "answers", str(answers), "--data", data).stdout.strip() == "answers: 0 new, 0 changed, 1 as before"


def test_questions_stream(tmp_path: Path) -> None:
    """Each answer is there before the next question is asked."""
    data, docs = tmp_path / "data", tmp_path / "docs.jsonl"
    docs.write_text(lines(DOCS), encoding="utf-8")
    assert linli("import", "policies", str(docs), "--data", str(data)).returncode == 0
    command = [sys.executable, "-m", "bot", "ask", "--jsonl", "--data", str(data)]
    lock = hold_data_folder(data)
    try:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdin is not None
            assert running.stdout is not None
            for number in range(3):
                running.stdin.write(json.dumps({"id": number, "question": "高龄津贴"}) + "\n")
                running.stdin.flush()
                assert json.loads(running.stdout.readline())["id"] == number
            running.stdin.close()
            assert running.wait(30) == 0
    finally:
        lock.close()


@pytest.mark.parametrize("words", [("ask",), ("import", "policies"), ("import", "answers", "/nowhere.jsonl")])
def test_bad_usage_is_2(words: tuple[str, ...], tmp_path: Path) -> None:
    """What can't be understood leaves with 2."""
    assert linli(*words, "--data", str(tmp_path)).returncode == 2


def test_asking_before_anything_is_known(tmp_path: Path) -> None:
    """An empty knowledge base answers that it knows nothing."""
    told = linli("ask", "--jsonl", "--data", str(tmp_path / "new"), said='{"id": 1, "question": "高龄津贴"}')
    assert (told.returncode, json.loads(told.stdout)) == (0, {"id": 1, "passages": [], "confidence": 0.0, "answered": False})


def test_importing_into_data_in_use_is_75(tmp_path: Path) -> None:
    """A running bot is the one writer."""
    (tmp_path / "docs.jsonl").write_text(lines(DOCS), encoding="utf-8")
    lock = hold_data_folder(tmp_path)
    try:
        assert linli("import", "policies", str(tmp_path / "docs.jsonl"), "--data", str(tmp_path)).returncode == 75
    finally:
        lock.close()
