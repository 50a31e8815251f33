"""`frontdoor shell`: talk to the assistant in this terminal, with booking behind it."""

import asyncio
import sys
from functools import partial

from frontdoor.settings import Settings
from frontdoor.supervision import house, processes, up
from frontdoor.supervision.check import check_settings
from frontdoor.supervision.child import LINE_MAX_BYTES, read
from frontdoor.supervision.house import CannotRun, House
from frontdoor.supervision.processes import LOGGING, WORK_DIR
from frontdoor.supervision.sieve import python_sieve

BEHIND = ("scheduling", "actions")


def run(settings: Settings) -> int:
    """Run `rasa shell` in the foreground until it ends; return the exit code."""
    return house.run(settings, _talk)


async def _talk(home: House) -> None:
    settings = home.settings
    check_settings(settings)
    url = await up.prepare_database(home)
    parts = [part for part in processes.parts(settings, url) if part.name in BEHIND]
    trained = await up.model(home, url, train=True)
    house.check_ports([*parts, processes.rasa(settings, url, trained)])
    await home.ready(*(home.begin(part) for part in parts))
    environment = processes.environment(settings, url)
    words = f"shell --interface 127.0.0.1 --port {settings.rasa_port} --endpoints endpoints.yml --quiet"
    shell = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "rasa", *words.split()),
        *("--model", str(trained), "--logging-config-file", str(LOGGING)),
        env={**environment, "TERM": settings.text("TERM") or "dumb"},
        cwd=WORK_DIR,
        stderr=asyncio.subprocess.PIPE,  # what it logs goes to the log; the terminal is for the conversation
        limit=LINE_MAX_BYTES,
    )
    assert shell.stderr
    try:
        await read(shell.stderr, python_sieve("shell"), partial(home.journal.write, "shell"))
        if await shell.wait():
            raise CannotRun(f"The shell ended with an error. {home.journal.path('shell')} says why.")
    finally:
        if shell.returncode is None:
            shell.kill()
            await shell.wait()
