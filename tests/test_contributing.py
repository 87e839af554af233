"""Every place that docs/contributing.md names is there: the path, and what it says stands in it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "contributing.md").read_text()
PATH = re.compile(r"`((?:app|schema|rest_shim|tests)/[\w/.]*)`")
HOP = re.compile(r"`([\w/]+\.py)`: ((?:`\w+`(?:, | and )?)+)")


def test_every_path_exists() -> None:
    paths = PATH.findall(TEXT)
    assert len(paths) > 25
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_name_is_defined_there() -> None:
    hops = [(path, name) for path, names in HOP.findall(TEXT) for name in re.findall(r"`(\w+)`", names)]
    assert len(hops) > 30
    assert [(path, name) for path, name in hops if name not in defined(ROOT / path)] == []


def defined(path: Path) -> set[str]:
    """The functions, classes and constants of a module, methods too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found
