"""The database of the product: the clinic's own, or the embedded server."""

import contextlib
from collections.abc import Iterator

from frontdoor.settings import Settings


@contextlib.contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Give the database's address, for a command line tool; an embedded server that did not run stops at the end."""
    from frontdoor.database import embedded

    if settings.database_url:
        yield settings.database_url
    else:
        with embedded.running(embedded.directory(settings.data_dir)) as url:
            yield url
