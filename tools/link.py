"""Make `linli` of this checkout: a path line for imports and a console script. Nothing is built and nothing is fetched."""

from __future__ import annotations

import stat
import sys
import sysconfig
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
SCRIPT = """#!{python}
import sys

from bot.__main__ import main

sys.exit(main())
"""


def link() -> None:
    """Write both files into the environment that runs this."""
    (Path(sysconfig.get_path("purelib")) / "linli.pth").write_text(f"{CHECKOUT}\n", encoding="utf-8")
    command = Path(sys.executable).parent / "linli"
    command.write_text(SCRIPT.format(python=sys.executable), encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


if __name__ == "__main__":
    link()
