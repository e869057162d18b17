"""Write a new revision from the difference between the tables in the code and the revisions so far.

`python -m models.migrations.write pre_add_votes`, then `ruff format` it, and read it.
"""

from __future__ import annotations

import sys

from alembic import command
from alembic.script import ScriptDirectory

from models.base import sqlite_engine
from models.migrate import config, upgrade


def write(name: str) -> None:
    """Add `versions/<number>_<name>.py`. Raises ValueError for a name that says neither `pre_` nor `post_`."""
    if not name.startswith(("pre_", "post_")):
        raise ValueError("A revision's name begins with pre_ or post_")
    engine = sqlite_engine(None)
    upgrade(engine)
    number = f"{len(list(ScriptDirectory.from_config(config()).walk_revisions())) + 1:04d}"
    with engine.begin() as connection:
        command.revision(config(connection), message=name, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    write(sys.argv[1])
