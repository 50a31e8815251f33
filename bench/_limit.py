"""What the same Sanic does when it checks the signature and nothing else. `python -m bench._limit PORT`"""

import sys

from sanic import HTTPResponse, Request, Sanic

from bench.webhooks import SECRET
from frontdoor.channels.signatures import hex_hmac, same

app = Sanic("limit", configure_logging=False)


@app.post("/webhooks/messenger")
async def webhook(request: Request) -> HTTPResponse:
    """Check and answer."""
    given = request.headers.get("x-hub-signature-256", "")
    return HTTPResponse("", status=200 if same(given, "sha256=" + hex_hmac(SECRET, request.body)) else 401)


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]), access_log=False, debug=False)
