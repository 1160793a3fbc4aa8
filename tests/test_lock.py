"""The lock files answer to pyproject.toml: everything asked for is pinned, in range, with hashes, the same in all of them."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ASKED = {
    "requirements.lock": PROJECT["project"]["dependencies"],
    "requirements-build.lock": PROJECT["build-system"]["requires"],
    "requirements-dev.lock": [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["s3"],
        *PROJECT["dependency-groups"]["dev"],
        *PROJECT["build-system"]["requires"],
    ],
}
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+?)(?: ;.*)? \\$", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return {str(canonicalize_name(package)): version for package, version in PIN.findall(text)}


@pytest.mark.parametrize("lock", ASKED)
def test_what_is_asked_for_is_pinned_in_range(lock: str) -> None:
    """`bin/lock` writes them anew."""
    held = pins(lock)
    wrong = [
        str(asked)
        for asked in map(Requirement, ASKED[lock])
        if not asked.specifier.contains(held.get(canonicalize_name(asked.name), "0"), prereleases=True)
    ]
    assert wrong == []


@pytest.mark.parametrize("lock", ASKED)
def test_every_pin_has_a_hash(lock: str) -> None:
    parts = re.split(r"^(?=[A-Za-z0-9])", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [part.split()[0] for part in parts if "==" in part and "--hash=sha256:" not in part] == []


def test_tests_run_with_the_versions_that_are_shipped() -> None:
    tried = pins("requirements-dev.lock")
    assert {name: version for name, version in pins("requirements.lock").items() if tried.get(name) != version} == {}
