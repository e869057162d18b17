"""`linli run`: the bot process until SIGINT or SIGTERM."""

from __future__ import annotations

import asyncio
import gc
import signal

from bot.logs import set_up_logs
from bot.settings import Settings, read_settings


def serve(replica: str | None) -> int:
    """Serve until told to stop; 0 on an orderly end."""
    settings = read_settings(replica=replica)
    settings.token()
    settings.webhook_secret()
    set_up_logs(settings.log_level)
    asyncio.run(_serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    from bot.app import App  # Seconds long: who has forgotten a setting is told before.

    app = App(settings)
    # The catalogues, lexicons and models live as long as the process: without this each full collection walks 350,000 objects.
    gc.collect()
    gc.freeze()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)

    await app.serve(stop, lambda running: print(f"serving http://{settings.web_host}:{running.web.port}", flush=True))
