"""The linters, the type checker, the import contracts and the pinned lists, each run as one test."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "lint-imports": ["-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-logo"],
    "djlint": ["-m", "djlint", "templates", "--lint", "--quiet"],
}


@pytest.mark.tools
@pytest.mark.parametrize("name", TOOLS)
def test_tool_finds_nothing(name: str) -> None:
    done = subprocess.run(
        [sys.executable, *TOOLS[name]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        pytest.fail(f"{name}:\n{done.stdout}", pytrace=False)


def pins(name: str) -> dict[str, str]:
    """Name → version of each ``name==version`` line, normalised as the package index does."""
    found = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


@pytest.mark.tools
@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_compiled_list_holds_every_pin_asked_for(name: str) -> None:
    asked, compiled = pins(f"{name}.in"), pins(f"{name}.txt")
    assert {package: compiled.get(package) for package in asked} == asked


@pytest.mark.tools
def test_development_list_contains_the_application_list() -> None:
    application, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {package: development.get(package) for package in application} == application


@pytest.mark.tools
@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_compiled_list_is_only_pins(name: str) -> None:
    """No index, no link, no local path: the list installs the same way everywhere."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.+!]+|\s*(#.*)?", line)] == []
    assert [line for line in lines if re.search(r"://|--(?!no-emit|strip)", line)] == []
