"""Standing back: later work gives way to webhooks."""

import subprocess
import sys

import psutil
import pytest

from tests.product import Product

CODE = "import os; from frontdoor.standing_back import stand_back; stand_back(3); stand_back(3); print(os.nice(0))"


def test_process_stands_back_once() -> None:
    """Said twice, it counts once."""
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "3"


def test_sessions_stand_back_where_the_kernel_shares_between_them() -> None:
    """Where the kernel has such groups, the whole session gives way."""
    code = f"{CODE}; p = '/proc/self/autogroup'; print(open(p).read() if os.path.exists(p) else 'nice 3')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, start_new_session=True
    )
    assert done.stdout.strip().endswith("nice 3")


@pytest.mark.product
def test_what_comes_later_stands_back_once_it_is_ready(product: Product) -> None:
    """The worker before Rasa and its actions; what answers people and platforms stands back for nobody."""
    product.wait_ready()
    own = psutil.Process().nice()  # what the product was started with

    def niceness(part: str) -> int:
        pid = product.pid(part)
        assert pid
        return psutil.Process(pid).nice() - own

    assert niceness("gateway") == niceness("desk") == niceness("postgres") == 0
    assert 0 < niceness("worker") < niceness("rasa") <= niceness("actions")
