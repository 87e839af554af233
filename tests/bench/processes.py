"""What processes use, from /proc: CPU time and memory."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid, *(found for child in children for found in family(int(child)))]


def cpu_seconds(pid: int) -> float:
    """Of a process and its descendants so far, those that have ended included."""
    return sum(sum(map(int, fields[11:15])) for fields in map(_stat, family(pid)) if fields) / TICK


def own_cpu_seconds(pid: int) -> float:
    """Of the threads of one process, to the nanosecond."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def resident(pid: int) -> float:
    """RSS of a process and its descendants in megabytes. What they share counts for each of them."""
    pages = sum(int(fields[21]) for fields in map(_stat, family(pid)) if fields)
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def proportional(pid: int) -> float:
    """PSS of a process and its descendants in megabytes. What they share counts once."""
    return sum(map(_pss, family(pid))) / 1024


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, so that field n of proc(5) is item n - 3."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return []


def _pss(pid: int) -> int:
    """In kilobytes."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
