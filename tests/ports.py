"""Ports for the processes that tests start."""

import contextlib
import random
import socket

# Below the ports that the system gives to outgoing connections, which could take one between our look and its use.
FIRST, LAST = 18_000, 32_000
_random = random.SystemRandom()  # not the generator that plugins seed: two workers would look at the same ports
_given: set[int] = set()


def free_ports(count: int) -> list[int]:
    """Return *count* different TCP ports that nothing listens on now, none of which this process was given before."""
    found: list[int] = []
    while len(found) < count:
        port = _random.randrange(FIRST, LAST)
        if port not in _given and _is_free(port):
            _given.add(port)
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    with contextlib.suppress(OSError), socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        return True
    return False
