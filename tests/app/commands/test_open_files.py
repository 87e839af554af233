"""The limit on connections leaves room for the other files of the process."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource
from app.commands.open_files import within_open_files
from app.settings import Settings
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
made = within_open_files(Settings(max_connections={wanted}))
print(made.max_connections, *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "told"),
    [
        (256, 1024, 100, "100 400 1024"),  # the limit is raised
        (256, 1024, 10_000, "724 1024 1024"),  # as far as it goes
        (900, 1024, 500, "500 900 1024"),  # it is no lower than it was
        (256, 256, 10_000, "1 256 256"),
    ],
)
def test_connections_fit_the_open_files(soft: int, hard: int, wanted: int, told: str) -> None:
    program = PROGRAM.format(soft=soft, hard=hard, wanted=wanted)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == told
    assert ("ulimit -n" in done.stderr) == (int(told.split()[0]) < wanted)
