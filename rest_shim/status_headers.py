"""The headers that belong to a status, whichever API answers with it."""

from collections.abc import Mapping

RETRY_SECONDS = "2"

STATUS_HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    413: {"Connection": "close"},
    429: {"Retry-After": RETRY_SECONDS},
    503: {"Retry-After": RETRY_SECONDS},
}


def status_headers(status: int) -> Mapping[str, str]:
    return STATUS_HEADERS.get(status, {})
