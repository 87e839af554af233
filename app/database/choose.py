"""Which database a command works on: the one that DATABASE_URL names, or the embedded one, for as long as it takes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from app.settings import Settings

LEAST_CONNECTIONS = 200  # that an embedded server takes
OTHER_CONNECTIONS = 50  # for commands and `icosa worker`


@contextmanager
def database(settings: Settings, say: Callable[[str], None]) -> Iterator[Settings]:
    """The settings with both the database's URL and the secret in them. Raises the errors of `embedded`."""
    if settings.database_url:
        yield settings
        return
    from app.database.connection import OF_ONE_PROCESS
    from app.embedded import server as embedded
    from app.embedded.data_dir import DataDir

    data_dir = DataDir.open(settings.data_dir)
    secret = settings.app_secret or SecretStr(data_dir.secret())
    most = max(LEAST_CONNECTIONS, settings.workers * OF_ONE_PROCESS + OTHER_CONNECTIONS)
    with embedded.serving(data_dir, say, {"max_connections": str(most)}) as url:
        yield settings.model_copy(update={"database_url": url, "app_secret": secret})
