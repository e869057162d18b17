"""`linli migrate | backup | restore`: the data folder as a whole."""

from __future__ import annotations

import sqlite3
import tarfile
import tempfile
from pathlib import Path

from bot.database import hold_data_folder
from bot.errors import BadUsage
from bot.settings import Settings, read_settings
from models.base import make_engine
from models.migrate import upgrade

HELD = "held after restore"


def migrate_database(data: Path | None) -> int:
    """Bring the database to this version's tables; a half-done earlier try goes on where it stopped."""
    settings = read_settings(data=data)
    lock = hold_data_folder(settings.data) if settings.is_embedded else None
    engine = make_engine(settings.url)
    upgrade(engine)
    engine.dispose()
    if lock is not None:
        lock.close()
    print("ok")
    return 0


def _embedded(data: Path | None) -> Settings:
    settings = read_settings(data=data)
    if not settings.is_embedded:
        raise BadUsage("backup and restore are for the embedded database; use PostgreSQL's own base backups there")
    return settings


def backup_to(file: Path, data: Path | None) -> int:
    """One archive of database, media and keys. The database is copied in one read transaction while the bot may run."""
    settings = _embedded(data)
    source = settings.data / "linli.db"
    if not source.exists():
        raise BadUsage(f"{source} does not exist: nothing to back up")
    with tempfile.TemporaryDirectory(dir=settings.data) as folder:
        copy = Path(folder) / "linli.db"
        connection = sqlite3.connect(source)
        # VACUUM INTO reads one snapshot; the stepwise backup API never finished under load (reliability.md 6.1).
        connection.execute("VACUUM INTO ?", (str(copy),))
        connection.close()
        file.touch(mode=0o600)
        with tarfile.open(file, "w:gz") as archive:
            archive.add(copy, "linli.db")
            for name in ("media", "keys"):
                if (settings.data / name).exists():
                    archive.add(settings.data / name, name)
    print(f"ok {file.stat().st_size} bytes; it holds the keys, so guard it like them")
    return 0


def restore_from(file: Path, data: Path | None) -> int:
    """Into a folder without a database. Letters still queued then are held: nobody is to hear yesterday's news again."""
    settings = _embedded(data)
    target = settings.data / "linli.db"
    if target.exists():
        raise BadUsage(f"{target} exists: restore only into an empty data folder")
    lock = hold_data_folder(settings.data)
    try:
        with tarfile.open(file, "r:gz") as archive:
            archive.extractall(settings.data, filter="data")
    except (OSError, tarfile.TarError):
        raise BadUsage(f"{file} is no backup of ours") from None
    (settings.data / "keys").chmod(0o700)
    for key in (settings.data / "keys").iterdir():
        key.chmod(0o600)
    connection = sqlite3.connect(target)
    held = connection.execute("UPDATE outbox SET state='failed', error=? WHERE state IN ('queued','leased')", (HELD,)).rowcount
    connection.commit()
    connection.close()
    lock.close()
    print(f"ok; {held} letters that were queued at the time of the backup are held (state failed, “{HELD}”)")
    return 0
