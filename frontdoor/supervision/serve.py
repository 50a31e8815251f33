"""Run one part of the product in this process, until it is told to stop."""

import asyncio
import importlib
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from typing import Any

from frontdoor import clinic, logs
from frontdoor.database import embedded
from frontdoor.settings import Settings
from frontdoor.standing_back import ACTIONS, stand_back

PARTS = {  # part: the module that has create_app(settings), the setting that holds its port
    "gateway": ("frontdoor.gateway.app", "gateway_port"),
    "desk": ("frontdoor.desk.app", "desk_port"),
    "scheduling": ("frontdoor.scheduling.service", "scheduling_port"),
    "actions": ("actions.server", "actions_port"),
}
WORKER = "worker"  # the part without an address
STANDS_BACK = {"actions": ACTIONS}  # once it is ready; the worker and Rasa do so themselves
NEEDS_DATABASE = frozenset({"gateway", "desk", "scheduling", WORKER})
DATABASE_SECONDS = 10.0
GRACE_SECONDS = 2.0  # for open requests, when told to stop; streams never end by themselves
END_SECONDS = 10.0  # after which an orphan that does not stop is ended


def serve(part: str, settings: Settings, *, supervised: bool) -> int:
    """Serve *part* on its port. *supervised*: stop when standard input ends, since the supervisor is gone then."""
    logs.configure(part)
    if part in NEEDS_DATABASE and (trouble := asyncio.run(_trouble(with_database(settings)))):
        sys.stderr.write(f"frontdoor serve {part}: {trouble}\n")
        return 1
    if part in NEEDS_DATABASE:
        clinic.load(settings.clinic_file)  # refused here, where the line is read
    if supervised:
        threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    if part == WORKER:
        importlib.import_module("frontdoor.gateway.worker").run(with_database(settings))
        return 0
    module, port = PARTS[part]
    app: Any = importlib.import_module(module).create_app(with_database(settings))
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = GRACE_SECONDS
    if part in STANDS_BACK:
        app.register_listener(lambda *_: stand_back(STANDS_BACK[part]), "after_server_start")
    app.run(settings.host, getattr(settings, port), access_log=False, debug=False)
    return 0


def with_database(settings: Settings) -> Settings:
    """Return the settings with the database's address: the given one, else that of the embedded server."""
    return replace(settings, database_url=settings.database_url or embedded.url(embedded.directory(settings.data_dir)))


async def _trouble(settings: Settings) -> str:
    """Say why the database cannot be used, in a line; empty: it can."""
    import asyncpg  # not at the top: the actions have no database, and are small

    from frontdoor.database.pool import DATABASE_ERRORS

    try:
        connection = await asyncpg.connect(settings.database_url, timeout=DATABASE_SECONDS)
    except DATABASE_ERRORS as error:
        where = "at DATABASE_URL" if settings.values.get("DATABASE_URL") else f"below {settings.data_dir}"
        return f"no database answers {where} ({type(error).__name__}). `frontdoor up` starts one, with every part."
    try:
        ready = await connection.fetchval("SELECT to_regclass('conversations.conversation') IS NOT NULL")
    finally:
        await connection.close()
    return "" if ready else "the database is empty. `frontdoor up` fills it, and `frontdoor migrate` does."


def _stop_at_end_of_input() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(END_SECONDS)
    os._exit(1)
