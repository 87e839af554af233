"""docs/clients.md names what there is; `make clients` runs its commands."""

import re

from tests.clients import documented


def test_each_folder_of_the_examples_has_its_commands() -> None:
    folders = {path.name for path in (documented.ROOT / documented.EXAMPLES).iterdir() if path.is_dir()}
    named = [re.findall(r"^cd examples/clients/(\S+)$", text, re.MULTILINE) for text in documented.commands().values()]
    assert sorted(folder for found in named for folder in found) == sorted(folders)
    assert {len(found) for found in named} == {1}


def test_each_example_checks_its_types_and_runs() -> None:
    for title, text in documented.commands().items():
        check, run = ("npx tsc\n", "node dist/") if title.startswith("TypeScript") else ("mypy --strict", "python main")
        assert check in text and run in text, title
