"""Alive, ready, figures, headers, failures."""

from dataclasses import replace

import pytest
import requests
from sanic import HTTPResponse, Request, Sanic, response

from frontdoor.settings import Settings
from tests.gateway.serving import Bot, House, Served, echo, running


def behind() -> Sanic:
    """Return actions and scheduling in one."""
    app = Sanic("behind", configure_logging=False)

    @app.get("/health")
    @app.get("/fhir/R4/metadata")
    async def fine(request: Request) -> HTTPResponse:
        return response.json({})

    return app


def test_ready_when_all_answer(settings: Settings) -> None:
    """200 only when database, Rasa, actions and scheduling answer; what does not is named."""
    bot = Bot(echo)
    with Served(behind()) as other:
        own = replace(settings, actions_port=other.port, scheduling_url=f"{other.url}/fhir/R4")
        with running(own, bot) as house:
            answer = requests.get(f"{house.url}/readyz", timeout=10)
            assert (answer.status_code, answer.json()) == (200, {"ready": True, "missing": []})


def test_what_does_not_answer_is_named(settings: Settings) -> None:
    """503 with the names; alive all the same."""
    with running(
        replace(settings, actions_port=9, scheduling_url="http://127.0.0.1:9/x"), Bot(echo, down=True)
    ) as house:
        answer = requests.get(f"{house.url}/readyz", timeout=10)
        assert answer.status_code == 503
        assert answer.json() == {"ready": False, "missing": ["rasa", "actions", "scheduling"]}
        assert requests.get(f"{house.url}/healthz", timeout=10).status_code == 200


def test_figures_name_no_one(house: House) -> None:
    """The figures count by route, and hold no id, token or word of a patient."""
    patient = house.patient()
    patient.write("sentinel words")
    patient.wait_for("echo")
    text = requests.get(f"{house.url}/metrics", timeout=10).text
    assert 'frontdoor_requests_total{method="POST",route="/chat/messages",status="202"} 1.0' in text
    assert 'frontdoor_conversations{emergency="no",state="waiting"} 0.0' in text
    for secret in ("sentinel", patient.conversation, patient.http.headers["Authorization"].split()[1]):
        assert secret not in text


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/chat/messages", "/nothing", "/chat/events"])
def test_every_answer_is_guarded(shared: House, path: str) -> None:
    """Also refusals carry the headers that tell browsers to trust and keep nothing."""
    answer = requests.get(shared.url + path, timeout=10)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/chat/messages", 405)])
def test_refusals_are_plain(shared: House, method: str, path: str, status: int) -> None:
    """What there is not is said as JSON without details."""
    answer = requests.request(method, shared.url + path, timeout=10)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "message"}


def test_a_failure_says_nothing(house: House) -> None:
    """An error inside is 500 with no trace of where or why."""
    patient = house.patient()

    async def broken(*_: object) -> None:
        raise RuntimeError("secret of the house")

    house.parts.web.view = broken
    answer = patient.http.get(f"{house.url}/chat/messages", timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (500, "failed")
    assert "secret" not in answer.text
    assert "Runtime" not in answer.text


def test_a_database_that_is_away_is_503_and_comes_back(house: House) -> None:
    """While the database does not answer, a message is refused for now; afterwards the same one is taken, once."""
    patient = house.patient()
    real = house.parts.intake.store.pool

    class Away:
        """A pool whose server is gone."""

        def acquire(self) -> None:
            raise ConnectionRefusedError

    house.parts.intake.store.pool = Away()
    body = {"client_message_id": "1", "text": "hello"}
    answer = patient.post(body)
    assert (answer.status_code, answer.json()["error"], answer.headers["Retry-After"]) == (503, "unavailable", "2")
    house.parts.intake.store.pool = real
    assert patient.post(body).json() == {"seq": 1}
