"""The README's REST section can be pasted, and docs/rest.md is complete. `test_docs` runs the pages' examples."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rest_shim.filters import COMPARATORS
from rest_shim.ordering import DIRECTIONS
from rest_shim.query import PARAMETERS
from tests.conftest import Server, Workspace

ROOT = Path(__file__).parents[2]
README, REFERENCE = (ROOT / "README.md").read_text(), (ROOT / "docs/rest.md").read_text()


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_readme_can_be_pasted(server: Server, workspace: Workspace, tmp_path: Path) -> None:
    section = README.split("## REST\n")[1].split("\n## ")[0]
    (script,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    pasted = "set -e\n" + script.replace("http://127.0.0.1:3000", server.url)
    environment = {"TOKEN": workspace.token, "PATH": "/usr/local/bin:/usr/bin:/bin"}
    done = subprocess.run(
        ["sh", "-c", pasted], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
    calls = [line for line in script.splitlines() if line.startswith("crm ")]
    assert len(done.stdout.splitlines()) == len(calls)


def test_the_reference_is_complete() -> None:
    for name in (*PARAMETERS, *COMPARATORS, *DIRECTIONS):
        if name != "view_id":  # known, to say that it is not supported
            assert f"`{name}" in REFERENCE, name
