"""`frontdoor up` itself: what it starts, what it says, what survives, and that it leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest
import requests

from frontdoor.settings import ROOT
from tests.product import READY_SECONDS, Product

pytestmark = pytest.mark.product

PARTS = ("gateway", "worker", "desk", "scheduling", "actions", "rasa", "postgres")


@pytest.fixture
def fresh() -> Iterator[Product]:
    """A product of this test's own, not started."""
    product = Product()
    yield product
    for pid in product.pids():
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(product.data_dir, ignore_errors=True)


@pytest.mark.parametrize("part", PARTS)
def test_killed_part_comes_back(product: Product, part: str) -> None:
    """kill -9 of any one process: it is started again, everything answers again, and the console says so."""
    before = product.console_text().count(f"{part} ended (SIGKILL)")
    old = product.kill(part)
    deadline = time.monotonic() + READY_SECONDS
    while product.pid(part) in {old, None} or not product.is_ready():
        assert time.monotonic() < deadline, product.log_text()[-4000:]
        time.sleep(0.1)
    assert product.console_text().count(f"{part} ended (SIGKILL)") == before + 1


def test_pages_answer_and_addresses_are_said(product: Product) -> None:
    """What the console says is where things are."""
    for address in (product.gateway_url, product.desk_url):
        assert address in product.console_text()
        assert requests.get(address, timeout=10).status_code == 200
    assert (
        requests.get(f"{product.scheduling_url}/metadata", timeout=10).json()["resourceType"] == "CapabilityStatement"
    )


def test_first_link_is_for_the_console_only(product: Product) -> None:
    """The link that makes the first member of staff is shown, and is in no log."""
    link = product.first_link()
    assert requests.get(link, timeout=10).status_code == 200
    assert link not in product.log_text()


def test_private_parts_refuse_strangers(product: Product) -> None:
    """Rasa and the action server answer only to who has the internal token."""
    product.wait_ready()  # another test may have killed one of them
    actions = requests.post(f"{product.settings.actions_url}/webhook", json={"next_action": "x"}, timeout=10)
    turn = requests.post(f"{product.settings.rasa_url}/webhooks/frontdoor/turn", json={"text": "hi"}, timeout=10)
    assert (actions.status_code, turn.status_code) == (401, 401)
    for path in ("/webhooks/rest/webhook", "/conversations/x/tracker", "/model"):
        assert requests.get(f"{product.settings.rasa_url}{path}", timeout=10).status_code == 404


def test_second_start_on_the_same_data_is_refused(product: Product) -> None:
    """Two products on one data directory would fight: the second says who is there."""
    again = _up(product)
    assert again.returncode == 1
    assert f"already runs on {product.data_dir}" in again.stderr


def test_taken_port_is_one_sentence(fresh: Product) -> None:
    """A port in use is named with the setting that changes it, and nothing is left running."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", fresh.settings.desk_port))
        taken.listen()
        done = _up(fresh)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"Port {fresh.settings.desk_port} for desk cannot be used" in done.stderr
    assert "FRONTDOOR_DESK_PORT" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stop_leaves_nothing(fresh: Product, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end every process within seconds."""
    fresh.start()
    pids = fresh.pids()
    assert len(pids) > len(PARTS)
    began = time.monotonic()
    assert fresh.stop(number) == 0
    assert time.monotonic() - began < 20
    assert _alive(pids) == []


def test_killed_supervisor_leaves_nothing_and_starts_again(fresh: Product) -> None:
    """kill -9 of everything at once: nothing lives on, and the next start finds its data and is ready."""
    fresh.start()
    postgres, pids = fresh.pid("postgres"), fresh.pids()
    os.kill(postgres or 0, signal.SIGKILL)
    fresh.kill_supervisor()
    deadline = time.monotonic() + 20
    while _alive(pids):
        assert time.monotonic() < deadline, _alive(pids)
        time.sleep(0.1)
    fresh.console.unlink()
    fresh.start()
    assert fresh.is_ready()


def test_stop_in_the_middle_of_the_start(fresh: Product) -> None:
    """Ctrl-C while it starts stops what was started so far."""
    fresh.begin()
    fresh.wait_until("starting", 20)
    time.sleep(1)
    pids = fresh.pids()
    assert fresh.stop(signal.SIGINT) == 0
    assert _alive(pids) == []


def _up(product: Product) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "frontdoor", "up", "--no-train"], cwd=ROOT, env=product.environment,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def _alive(pids: list[int]) -> list[str]:
    """Return what of *pids* still runs; one that ended and was not waited for yet does not."""
    found = []
    for pid in pids:
        try:
            process = psutil.Process(pid)
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except psutil.NoSuchProcess:
            continue
    return found
