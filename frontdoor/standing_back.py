"""Standing back: where the machine has too little for all, what a process does later must not keep the others waiting.

A webhook is answered first, then patients are screened, then the bot thinks. A process stands back once it is ready,
since a start should take no longer than it must.
"""

import contextlib
import os

WORKER, RASA, ACTIONS = 5, 10, 10  # niceness, 0 to 19


def stand_back(niceness: int) -> None:
    """Give way to processes that are less nice. Call it in the thread that works."""
    os.nice(max(0, niceness - os.nice(0)))
    # Where the kernel shares time between sessions first, a niceness counts only within ours.
    with contextlib.suppress(OSError), open("/proc/self/autogroup", "w") as group:
        group.write(str(niceness))
