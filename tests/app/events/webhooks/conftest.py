"""A database of its own, since workers deliver what there is in all workspaces."""

from collections.abc import Callable

import pytest

from tests.app.events.webhooks.hooks import Hooks


@pytest.fixture(scope="module")
def hooks_url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def hooks(hooks_url: str) -> Hooks:
    return Hooks(hooks_url)
