"""`linli run`: the bot process until SIGINT or SIGTERM."""

from __future__ import annotations

import asyncio
import gc
import signal

from bot.app import App
from bot.logs import set_up_logs
from bot.settings import Settings, read_settings


def serve(replica: str | None) -> int:
    """Serve until told to stop; 0 on an orderly end."""
    settings = read_settings(replica=replica)
    set_up_logs(settings.log_level)
    asyncio.run(_serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    app = App(settings)
    # The catalogues, lexicons and models live as long as the process: without this each full collection walks 350,000 objects.
    gc.collect()
    gc.freeze()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)

    def started(running: App) -> None:
        print(f"serving http://{settings.web_host}:{running.web.port}", flush=True)

    await app.serve(stop, started)
