"""Paths → what handles them: by segments, the first that fits."""

from typing import Any, cast

import pytest

from rest_shim.routing import Handle, Routes


def handle(name: str) -> Handle:
    return cast("Handle", name)


ROUTES = Routes({path: handle(path) for path in ("", "/a/b", "/a/{id}", "/{plural}", "/{plural}/{id}", "/x/{y}/z")})


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", ("", {})),
        ("/people", ("/{plural}", {"plural": "people"})),
        ("/people/1", ("/{plural}/{id}", {"plural": "people", "id": "1"})),
        ("/a/b", ("/a/b", {})),
        ("/a/c", ("/a/{id}", {"id": "c"})),
        ("/x/1/z", ("/x/{y}/z", {"y": "1"})),
        ("/x/1/y", None),
        ("/a/", None),
        ("//b", None),
        ("/", None),
        ("people", None),
        ("/a/b/c/d", None),
    ],
)
def test_routes(path: str, found: Any) -> None:
    assert ROUTES.find(path) == found
