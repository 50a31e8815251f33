"""The worker beside the gateway: one is at work, another takes over, and /readyz tells when there is none."""

import asyncio

import requests

from frontdoor.gateway import worker
from frontdoor.settings import Settings
from tests.gateway.serving import House, until


def test_readiness_tells_whether_a_worker_is_there(house: House) -> None:
    """Without a worker nobody answers on the platforms: that is said."""

    def missing() -> list[str]:
        found: list[str] = requests.get(f"{house.url}/readyz", timeout=10).json()["missing"]
        return found

    assert "worker" not in missing()
    _in_loop(house, house.worker.close())
    until(lambda: "worker" in missing())


def test_another_worker_takes_over(house: House, settings: Settings) -> None:
    """A second worker waits while the first is at work, and works once that is gone."""

    async def second() -> worker.Worker:
        return await worker.build(house.settings)

    other = _in_loop(house, second())
    holding = other.background.holding
    assert not holding.is_set()
    _in_loop(house, house.worker.close())
    until(holding.is_set)
    house.served.app.ctx.worker = other  # closed with the gateway


def test_figures_tell_what_waits_and_what_became_of_events(house: House) -> None:
    """Operators see the inbox, and what delivered events became."""
    house.sql("INSERT INTO channels.outcome (channel, became, count) VALUES ('telegram', 'repeated', 3)")
    text = requests.get(f"{house.url}/metrics", timeout=10).text
    assert "frontdoor_inbox 0.0" in text
    assert 'frontdoor_events_total{became="repeated",channel="telegram"} 3.0' in text


def _in_loop(house: House, work: object) -> worker.Worker:
    future = asyncio.run_coroutine_threadsafe(work, house.served.loop)  # type: ignore[arg-type]
    return future.result(20)  # type: ignore[return-value]


def test_who_writes_of_danger_is_told_from_the_others() -> None:
    """What the worker asks about those who would have to wait: the rules of the screen, in both languages."""
    assert all(map(worker._is_alarming, ("i have chest pain and cant breathe", "mi papá no respira")))
    assert not any(map(worker._is_alarming, ("what are your hours", "quiero una cita para el lunes", "")))
