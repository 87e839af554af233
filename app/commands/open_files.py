"""How many connections a process can have, by the number of files that the system lets it open."""

import logging
import resource

from app.settings import Settings

BESIDES = 300  # connections to the database, deliveries, connections that are turned away, files

log = logging.getLogger(__name__)


def within_open_files(settings: Settings) -> Settings:
    """Raises the limit as far as the system allows, and lowers `max_connections` to what is left then.

    Beyond it the process could accept nobody any more, and would not be asked whom to let wait.
    """
    wanted = settings.max_connections + BESIDES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return settings
    most = max(1, soft - BESIDES)
    log.warning("MAX_CONNECTIONS is %d, since the system lets a process open %d files (ulimit -n)", most, soft)
    return settings.model_copy(update={"max_connections": most})
