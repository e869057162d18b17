"""The question of the menu: six entries, policy questions, urgent help, one's own cases; everything else is said in plain words."""

from __future__ import annotations

from dialogs.words import Ask, Option, ask

ROWS = (("wealth", "learning"), ("handling", "help"), ("safety", "culture"), ("policy", "cases"), ("urgent",))
"""The six projects of the seeds (富民 育民 便民 助民 安民 乐民), then what can't wait and what is under way."""


def menu(*, resume: bool = False, first: bool = False, elder: bool = False) -> Ask:
    """The menu; `resume` adds the way back to a suspended dialog, `elder` the way out of elder mode, `first` the line about the program."""
    rows = [tuple(_entry(name) for name in row) for row in ROWS]
    if elder:
        rows.append((_entry("plain"),))
    if resume:
        rows.append((_entry("resume"),))
    return ask("menu.show", *rows, first=first)


def _entry(name: str) -> Option:
    return Option(f"menu:{name}", f"menu.entry.{name}")
