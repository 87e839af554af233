"""What is served to whom: each workspace has an API, made of its catalog, and for now they all have the same."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from rest_shim.rest_api import RestApi
from schema.api import Api
from schema.context import Caller


@dataclass(frozen=True, slots=True)
class ServedApi:
    """All that is made of one catalog: GraphQL, what describes the model, and REST."""

    api: Api
    rest: RestApi

    @classmethod
    def of(cls, api: Api) -> Self:
        return cls(api, RestApi(api.catalog))


ApiOf = Callable[[Caller], ServedApi]
"""The API of a caller's workspace. It is asked after authentication, once a request."""


def same_for_all(served: ServedApi) -> ApiOf:
    """While workspaces have no objects and fields of their own."""
    return lambda caller: served
