"""The id of the request that is being answered, as its answer, the log and the events of its writes name it."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
