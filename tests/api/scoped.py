"""Clients whose keys have scopes."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

WITH = Callable[..., Awaitable["Key"]]


class Key:
    """A client with the token of a key."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http, self.token, self.headers = http, token, {"Authorization": f"Bearer {token}"}

    async def __call__(self, query: str, **variables: Any) -> Any:
        asked = {"query": query, "variables": variables}
        return (await self._http.post("/graphql", json=asked, headers=self.headers)).json()

    async def post(self, path: str, repeats: str, json: Any = None, **given: Any) -> httpx.Response:
        headers = {**self.headers, "Idempotency-Key": repeats}
        return await self._http.post(path, json=json or given, headers=headers)

    async def rest(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return await self._http.request(method, f"/rest{path}", json=body, headers=self.headers)
