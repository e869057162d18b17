"""`python -m sandbox`: starts the local messenger, prints where it listens, and ends cleanly."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import ipaddress
import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import TextIO

from aiohttp import ClientSession, web

from sandbox.box import PROFILES, build
from sandbox.clock import DEFAULT_START, Clock, parse_time
from sandbox.community import settle_in
from sandbox.server import Server, watch_bot, web_server
from sandbox.settle import Settler
from sandbox.store import Store

PORT_TAKEN, DATA_IN_USE, BAD_DATA = 69, 75, 78
_LAST_WORDS = 0.3  # seconds that open requests get at the end


def _loopback(text: str) -> str:
    host = "127.0.0.1" if text == "localhost" else text
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise argparse.ArgumentTypeError("only a loopback address is accepted: the sandbox has no locks on its doors")


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed <= 10_000:
        raise argparse.ArgumentTypeError("speed is a number above 0")
    return speed


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="The local messenger: a Bot API server to play with.")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    parser.add_argument("--host", type=_loopback, default="127.0.0.1")
    parser.add_argument("--data", type=Path, help="folder that keeps the world; without it the world lives in memory")
    parser.add_argument("--fresh", action="store_true", help="begin a new world in the data folder")
    parser.add_argument("--clock", help=f"the new world's time, default {DEFAULT_START}; a kept world goes on from its own")
    parser.add_argument("--speed", type=_speed, default=1.0, help="flood limits and delays run this many times faster")
    parser.add_argument("--profile", choices=PROFILES, default="realistic")
    parser.add_argument("--empty", action="store_true", help="a new world holds only the bot")
    parser.add_argument("--parent", type=int, help="end when this process is gone")
    options = parser.parse_args(argv)
    try:
        options.start = parse_time(options.clock or DEFAULT_START)
    except ValueError:
        parser.error(f"--clock: {options.clock} is no ISO time")
    return options


def _claim(folder: Path) -> TextIO | None:
    """The held sandbox.pid of a data folder, None when another sandbox holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "sandbox.pid").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return None
    file.seek(0)
    file.truncate()
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def _alive(pid: int) -> bool:
    """A zombie counts as gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


async def _watch_parent(pid: int, stop: asyncio.Event) -> None:
    while _alive(pid):  # noqa: ASYNC110 - no event tells of a parent's death
        await asyncio.sleep(0.25)
    stop.set()


async def run(options: argparse.Namespace) -> int:
    """Serves until a signal or the parent's end; the exit code."""
    claim = None
    if options.data is not None:
        try:
            claim = _claim(options.data)
        except OSError as error:
            print(f"{options.data} can't be used: {error.strerror}.", file=sys.stderr)
            return BAD_DATA
        if claim is None:
            print(f"Another sandbox is using {options.data}.", file=sys.stderr)
            return DATA_IN_USE
        if options.fresh:
            for file in options.data.glob("sandbox.db*"):
                file.unlink()
    box = build(Clock(options.start), options.profile, options.speed)
    try:
        store = Store(options.data / "sandbox.db", box) if options.data is not None else None
        if store is not None and not store.empty():
            store.load()
        elif not options.empty:
            settle_in(box.world)
    except sqlite3.Error as error:
        print(f"{options.data}/sandbox.db can't be read: {error}. --fresh begins a new world.", file=sys.stderr)
        return BAD_DATA
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with ClientSession() as session:
        runner = web.ServerRunner(web_server(Server(box, Settler(box, session))), shutdown_timeout=_LAST_WORDS)
        await runner.setup()
        site = web.TCPSite(runner, options.host, options.port)
        try:
            await site.start()
        except OSError:
            print(f"Port {options.port} is taken; choose another with --port, or 0 for a free one.", file=sys.stderr)
            await runner.cleanup()
            return PORT_TAKEN
        host, port = runner.addresses[0][:2]
        print(f"ready http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)
        tasks = [asyncio.create_task(watch_bot(box)), asyncio.create_task(box.webhook.serve(session))]
        if store is not None:
            tasks.append(asyncio.create_task(store.keep()))
        if options.parent is not None:
            tasks.append(asyncio.create_task(_watch_parent(options.parent, stop)))
        await stop.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        box.bus.close()
        await runner.cleanup()
    if store is not None:
        store.close()
    if claim is not None:
        claim.close()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(run(arguments())))
