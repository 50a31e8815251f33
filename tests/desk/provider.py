"""A real OpenID provider (npm's oidc-provider) in a process of its own, and a person in front of it."""

import contextlib
import html
import json
import re
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import aiohttp
import requests

from tests.scheduling.judge import JUDGES, missing, node

CLIENT = {"OIDC_CLIENT_ID": "desk", "OIDC_CLIENT_SECRET": "its-secret", "OIDC_NAME": "Sunrise account"}


@dataclass
class Provider:
    """The running provider; *desk_port* is where it sends people back to."""

    issuer: str
    desk_port: int
    host: str = "127.0.0.1"  # of the desk: under another name than the provider, it is another site for a browser

    @property
    def settings(self) -> dict[str, str]:
        """Return what a desk needs to know of it."""
        return {
            **CLIENT, "OIDC_ISSUER": self.issuer, "OIDC_ROLES": "bosses=admin, nurses=staff, leads=supervisor",
            "FRONTDOOR_DESK_URL": f"http://{self.host}:{self.desk_port}",
        }  # fmt: skip

    def knows(self, **groups: list[str]) -> None:
        """Say who there is, and in which groups: `knows(ana=["nurses"])`."""
        people = {name: {"name": f"{name.capitalize()} Ruiz", "groups": given} for name, given in groups.items()}
        requests.post(f"{self.issuer}/people", data=json.dumps(people), timeout=10).raise_for_status()


@contextlib.contextmanager
def running(*options: str, host: str = "127.0.0.1") -> Iterator[Provider]:
    """Run a provider until the end of the block."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    desk = f"http://{host}:{port}/login/oidc"
    assert not missing("outside"), missing("outside")
    command = [node() or "node", str(JUDGES / "provider.mjs"), f"{desk}/callback", f"{desk}/logout", *options]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield Provider(f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}", port, host)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)
        process.stdout.close()  # type: ignore[union-attr]


async def sign_in(http: aiohttp.ClientSession, start: str, name: str) -> tuple[int, str, str]:
    """Go where *start* leads, sign in as *name* and consent, as a browser would: (status, address, page) at the end."""
    async with http.get(start) as response:
        status, where, page = response.status, str(response.url), await response.text()
    for _ in range(4):
        form = re.search(r'<form[^>]*action="([^"]+)"', page)
        if "/interaction/" not in where or form is None:
            break
        fields = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
        if 'name="login"' in page:
            fields |= {"login": name, "password": "anything"}
        status, where, page = await _post(http, urljoin(where, html.unescape(form[1])), fields)
    return status, where, page


async def _post(http: aiohttp.ClientSession, address: str, fields: dict[str, Any]) -> tuple[int, str, str]:
    async with http.post(address, data=fields) as response:
        return response.status, str(response.url), await response.text()
