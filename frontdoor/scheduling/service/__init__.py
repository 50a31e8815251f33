"""The embedded FHIR R4 scheduling service.

`app` is the edge to HTTP and the only module that knows Sanic (with `pages`, for the gateway); `routes` is the table
of what is served; the rest are handlers, each from a `Call` to an `Answer`.
"""

from frontdoor.scheduling.service.app import create_app

__all__ = ["create_app"]
