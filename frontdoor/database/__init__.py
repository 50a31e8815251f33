"""The database of the product: the clinic's own, or the embedded server."""

import contextlib
from collections.abc import Iterator

from frontdoor.settings import Settings

ANSWER_SECONDS = 10


class NoDatabase(RuntimeError):
    """The database cannot be used; the message is for the person at the console."""


@contextlib.contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Give the address of the database, brought to the newest version, for a command line tool.

    An embedded server that did not run stops at the end.

    Raises:
        NoDatabase: It does not answer, or does not let us in.
    """
    from frontdoor.database import embedded, migrations

    if settings.database_url:
        _ask(settings.database_url)
        migrations.upgrade(settings.database_url)
        yield settings.database_url
    else:
        with embedded.running(embedded.directory(settings.data_dir)) as url:
            migrations.upgrade(url)
            yield url


def _ask(url: str) -> None:
    import psycopg2

    try:
        psycopg2.connect(url, connect_timeout=ANSWER_SECONDS).close()
    except psycopg2.Error as error:
        said = " ".join(str(error).split())
        raise NoDatabase(f"No database answers at DATABASE_URL: {said}") from None
