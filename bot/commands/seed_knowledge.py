"""The demo community's knowledge: the TOML files of bot/demo_knowledge as papers, one for each language of an entry."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from handlers.knowledge import teach
from handlers.policies import Paper
from handlers.world import World
from models.passages import Block
from models.policy import Document
from models.policy_learned import LearnedQuestion

FOLDER = Path(__file__).resolve().parent.parent / "demo_knowledge"
LANGUAGES = ("zh", "en")


def demo_papers() -> list[Paper]:
    """Every entry in every language; its public name is `smy-<key>.<language>`."""
    return [_paper(row, language) for row in _rows() for language in LANGUAGES]


def _rows() -> list[dict[str, Any]]:
    return [row for path in sorted(FOLDER.glob("*.toml")) for row in tomllib.loads(path.read_text(encoding="utf-8"))["entry"]]


def teach_demo(world: World) -> None:
    """What residents have asked before, attached to the papers that answered it; done once."""
    ids = {row.key: row.id for row in world.session.execute(select(Document.key, Document.id))}
    known = set(world.session.scalars(select(LearnedQuestion.key)))
    rows = []
    for row in _rows():
        for language in LANGUAGES:
            document = ids[_key(row, language)]
            for number, asked in enumerate(row[language].get("asked", ())):
                key = f"demo:{_key(row, language)}:{number}"
                if key not in known:
                    rows.append((key, asked, ((document, None),), None))
    teach(world, rows, "demo")


def _key(row: dict[str, Any], language: str) -> str:
    return f"smy-{row['key']}.{language}"


def _paper(row: dict[str, Any], language: str) -> Paper:
    own = row[language]
    return Paper(
        key=_key(row, language), title=own["title"], blocks=(Block(own["text"].strip()),), source=own["source"], url=row.get("url"),
        issued=date.fromisoformat(row["issued"]), valid_until=date.fromisoformat(row["valid_until"]), region=own.get("region", ""),
    )  # fmt: skip
