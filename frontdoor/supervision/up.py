"""`frontdoor up`: the whole product, started in parallel, watched, and stopped in order."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

from frontdoor.settings import Settings
from frontdoor.supervision import house, processes
from frontdoor.supervision.check import check_settings, unknown_settings
from frontdoor.supervision.house import CannotRun, House


def run(settings: Settings, *, train: bool) -> int:
    """Run the product until SIGINT or SIGTERM; return the exit code."""

    async def work(home: House) -> None:
        await _start(home, train)
        await asyncio.Event().wait()

    return house.run(settings, work)


def run_database(settings: Settings) -> int:
    """Run only the embedded PostgreSQL until SIGINT or SIGTERM, for a backup or a restore; return the exit code."""

    async def work(home: House) -> None:
        home.journal.say(f"PostgreSQL runs at {await home.begin_postgres()} — Ctrl-C stops it.")
        await asyncio.Event().wait()

    return house.run(settings, work)


async def prepare_database(home: House) -> str:
    """Start PostgreSQL if it is ours, bring it to the newest version, and return its address."""
    url = await home.begin_postgres()
    environment = processes.environment(home.settings, url)
    await home.do("migrate", environment, "The database could not be brought to the newest version.")
    return url


async def model(home: House, url: str, *, train: bool) -> Path:
    """Return the trained model; *train*: after training, if the training data changed.

    Raises:
        CannotRun: There is none, or the training failed.
    """
    from frontdoor.assistant import training

    if train:
        await home.do("train", processes.environment(home.settings, url), "Training failed.")
    found = training.newest_model(home.settings)
    if found is None:
        raise CannotRun("There is no trained model yet. Run it once without --no-train.")
    return found


async def _start(home: House, train: bool) -> None:
    began, settings, say = time.monotonic(), home.settings, home.journal.say
    check_settings(settings)
    house.check_ports([*processes.parts(settings, ""), processes.rasa(settings, "", Path())])
    say("Front Door is starting …")
    for name in unknown_settings(settings):
        say(f"There is no setting {name}: see .env.example.", "WARNING")
    url = await prepare_database(home)
    for process in processes.parts(settings, url):
        home.begin(process)
    home.begin(processes.rasa(settings, url, await model(home, url, train=train)))
    await home.ready(*home.children.values())
    missing = f"The gateway is not ready: {settings.gateway_url}/readyz names what is missing."
    await home.answers(settings.gateway_port, "/readyz", missing)
    link = await _first_link(settings, url)
    say(f"Ready after {time.monotonic() - began:.0f} seconds. Ctrl-C stops everything.")
    say(f"  chat for patients  {settings.public_url}\n  desk for staff     {settings.desk_url}")
    say(f"  scheduling (FHIR)  {settings.scheduling_url}\n  logs               {settings.log_dir}")
    if link:  # a secret: for the console, not for the log
        home.journal.show(f"  The first member of staff is made here, once:\n    {link}")


async def _first_link(settings: Settings, url: str) -> str | None:
    from frontdoor.desk import people

    return await people.first_link(replace(settings, database_url=url))
