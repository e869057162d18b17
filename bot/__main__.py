"""The command line `linli`. Exit codes: 0 ok · 1 some bad · 2 usage · 69 unreachable or port taken · 75 data in use · 78 bad configuration."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

OK, SOME_BAD, USAGE, UNREACHABLE, IN_USE, BAD_CONFIG = 0, 1, 2, 69, 75, 78

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Linli 邻里: the service desk of a neighbourhood"
)
importing = typer.Typer(no_args_is_help=True, help="Bring data in")
app.add_typer(importing, name="import")

DataDir = Annotated[Path | None, typer.Option("--data", help="the data folder")]


def speaking(command: Callable[..., int]) -> Callable[..., None]:
    """Turn what a command raises into one human sentence and its exit code."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        from bot.commands.faults import sentence_and_code

        try:
            code = command(*args, **options)
        except typer.Exit:
            raise
        except KeyboardInterrupt:
            code = OK
        except Exception as error:
            sentence, code = sentence_and_code(error)
            print(sentence, file=sys.stderr)
        raise typer.Exit(code)

    return run


@app.command()
@speaking
def demo(
    port: Annotated[int, typer.Option(help="0 = any free one")] = 8080,
    data: DataDir = None,
    no_browser: Annotated[bool, typer.Option("--no-browser")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="start the fixture anew")] = False,
    clock: Annotated[str | None, typer.Option(help="world time at start, ISO")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="add a handful of past cases")] = False,
    speed: Annotated[float, typer.Option(help="limits run so many times faster")] = 1.0,
    profile: Annotated[str, typer.Option(help="perfect, realistic or bad-day")] = "realistic",
) -> int:
    """The whole service on this machine: a local messenger with people in it, and the real bot."""
    from bot.commands.demo import Demo

    plan = Demo(
        port, data or Path("var/demo"), browser=not no_browser, fresh=fresh, clock=clock, sample=sample, speed=speed, profile=profile
    )
    return plan.run()


@app.command()
@speaking
def run(replica: Annotated[str | None, typer.Option(help="name of this replica")] = None) -> int:
    """Production: token and database from the environment."""
    from bot.commands.serve import serve

    return serve(replica)


@app.command()
@speaking
def doctor(data: DataDir = None) -> int:
    """Effective settings, reachability, unbound chats, missing rights; exit 78 if not fit to run."""
    from bot.commands.doctor import examine

    return examine(data)


@app.command()
@speaking
def migrate(data: DataDir = None) -> int:
    """Bring the database to this version's tables."""
    from bot.commands.store import migrate_database

    return migrate_database(data)


@app.command()
@speaking
def backup(file: Path, data: DataDir = None) -> int:
    """Write a consistent copy of database, media and keys to FILE, encrypted keys included: guard it like the keys."""
    from bot.commands.store import backup_to

    return backup_to(file, data)


@app.command()
@speaking
def restore(file: Path, data: DataDir = None) -> int:
    """Bring a backup back into an empty data folder; queued letters are held until approved."""
    from bot.commands.store import restore_from

    return restore_from(file, data)


@app.command()
@speaking
def invite(role: str, scope: str, data: DataDir = None) -> int:
    """A single-use link that gives ROLE for SCOPE (the first admin comes so)."""
    from bot.commands.people import print_invite

    return print_invite(role, scope, data)


@app.command()
@speaking
def codes(building: str, data: DataDir = None) -> int:
    """Residents' binding codes of BUILDING, one per home."""
    from bot.commands.people import print_codes

    return print_codes(building, data)


@app.command()
@speaking
def classify(jsonl: Annotated[bool, typer.Option("--jsonl", help="a line in, a line out")] = False, data: DataDir = None) -> int:
    """stdin {"id","text"} → stdout {"id","emergency","check","categories","place"}."""
    from bot.commands.batch import classify_lines

    return classify_lines(data, jsonl)


@app.command()
@speaking
def ask(jsonl: Annotated[bool, typer.Option("--jsonl", help="a line in, a line out")] = False, data: DataDir = None) -> int:
    """stdin {"id","question"} → stdout {"id","passages","confidence","answered"}."""
    from bot.commands.policies import ask_lines

    return ask_lines(data, jsonl)


@importing.command("community")
@speaking
def import_community(file: Path, data: DataDir = None) -> int:
    """Org tree, buildings, people with roles, contacts, emergency numbers."""
    from bot.commands.people import import_community_file

    return import_community_file(file, data)


@importing.command("policies")
@speaking
def import_policies(files: Annotated[list[Path], typer.Argument(metavar="FILE...")], data: DataDir = None) -> int:
    """Documents: Markdown, text, HTML, DOCX, PDF with a text layer, JSON Lines {"id","title","text","source","issued"?,"valid_until"?}."""
    from bot.commands.policies import import_policy_files

    return import_policy_files(files, data)


@importing.command("answers")
@speaking
def import_answers(file: Path, data: DataDir = None) -> int:
    """Reviewed staff answers {"id","question","gold":[document ids],"answer"?}."""
    from bot.commands.policies import import_answer_file

    return import_answer_file(file, data)


@importing.command("cases")
@speaking
def import_cases(file: Path, data: DataDir = None) -> int:
    """Past labelled cases {"id","text","category"}: `classify` learns from them; a category not in the list is added."""
    from bot.commands.sorting import import_case_file

    return import_case_file(file, data)


def main() -> None:
    """The console command."""
    app()


if __name__ == "__main__":
    main()
