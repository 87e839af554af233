"""The commands of docs/clients.md, by the title of their section, and where they are run."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.clients.toolbox import Toolbox

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "clients.md"
EXAMPLES = Path("examples", "clients")
SECTION = re.compile(r"^## (.+?)$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands() -> Mapping[str, str]:
    """One shell script a section that has commands."""
    found = {title: COMMANDS.findall(text) for title, text in SECTION.findall(PAGE.read_text())}
    return {title: "".join(blocks) for title, blocks in found.items() if blocks}


def run(tools: Toolbox, script: str) -> None:
    """In a copy of the examples as the repository has them, without what was generated. Raises CalledProcessError."""
    copy = tools.out / EXAMPLES
    if not copy.exists():
        generated = (ROOT / EXAMPLES / ".gitignore").read_text().replace("/", "").split()
        shutil.copytree(ROOT / EXAMPLES, copy, ignore=shutil.ignore_patterns(*generated))
    tools.run("sh", "-euc", script)
