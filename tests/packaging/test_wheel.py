"""The wheel, as somebody who installs it meets it: an empty environment, no compiler, no Node, not the source tree."""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from vigie.config.catalogues import LOCALE

ROOT = Path(__file__).resolve().parent.parent.parent
LOCK = ROOT / "requirements.lock"
pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from what git would check out: nothing that lies about untracked gets in."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout.decode()
    for name in filter(None, files.split("\0")):
        if (ROOT / name).exists():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def packages(pytestconfig: pytest.Config) -> Path:
    """What the lock names, as ready wheels only (so nothing is compiled), kept between runs."""
    kept = ROOT / ".pytest_cache" / f"wheels-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    if not (kept / "complete").exists():
        command = [sys.executable, "-m", "pip", "download", "-q", "--only-binary", ":all:", "--require-hashes"]
        done = subprocess.run([*command, "-r", str(LOCK), "-d", str(kept)], check=False, capture_output=True, text=True)
        if done.returncode:
            if re.search(r"No matching distribution|hash", done.stderr):
                pytest.fail(done.stderr)
            pytest.skip("the packages of the lock could not be fetched: no network")
        (kept / "complete").touch()
    return kept


@pytest.fixture(scope="module")
def installed(wheel: Path, packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment that holds Vigie and what it needs."""
    home = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(home, with_pip=True, symlinks=True)
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "-q", "--no-index", "--disable-pip-version-check"]
    offline = {"PATH": "/nowhere", "PIP_CONFIG_FILE": os.devnull}  # neither a compiler nor Node can be found
    for options in (["--only-binary", ":all:", "--find-links", str(packages), "-r", str(LOCK)], ["--no-deps", str(wheel)]):
        done = subprocess.run([*pip, *options], check=False, capture_output=True, text=True, env=offline)
        assert done.returncode == 0, done.stdout + done.stderr
    check = subprocess.run([*pip[:3], "check"], check=False, capture_output=True, text=True, env=offline)
    assert check.returncode == 0, check.stdout
    return home / "bin"


def test_the_wheel_holds_words_templates_and_static_files(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for domain in ("django", "djangojs"):
        assert f"vigie/locale/fr/LC_MESSAGES/{domain}.mo" in names
    for pattern in ("templates/**/*.html", "static/**/*.css", "static/**/*.js", "config/demo/*.toml"):
        sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "vigie").glob(pattern) if _tracked(path)}
        assert sources <= names
    assert not [name for name in names if name.startswith(("tests/", "bench/", "node_modules/"))]
    assert [name for name in names if name.endswith("licenses/LICENSE")]
    assert LOCALE.exists()


def _tracked(path: Path) -> bool:
    done = subprocess.run(["git", "ls-files", "--error-unmatch", str(path)], cwd=ROOT, check=False, capture_output=True)
    return done.returncode == 0


@pytest.fixture
def served(installed: Path, tmp_path: Path) -> Iterator[str]:
    """The address of `vigie up --demo`, run from the empty environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path / "log").open("w+")
    process = subprocess.Popen(
        [str(installed / "vigie"), "up", "--demo", "--port", str(port), "--data", str(tmp_path / "data")],
        cwd=tmp_path, env={"PATH": "/nowhere", "LANG": "C.UTF-8"}, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(600):
            try:
                urllib.request.urlopen(f"{base}/readyz", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                log.seek(0)
                assert process.poll() is None, log.read()
                time.sleep(0.1)
        yield base
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=60)
        log.close()
    assert code == 0


def test_it_serves_both_languages_with_hashed_files(served: str) -> None:
    for language, words in (("fr", "Espace client"), ("en", "Client area")):
        asked = urllib.request.Request(f"{served}/", headers={"Accept-Language": language})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            page = answer.read().decode()
        assert "support@introserv.com" in page
        assert words in page
    sheet = re.search(r'href="(/static/css/[\w.]+\.[0-9a-f]{12}\.css)"', page)
    assert sheet is not None
    with urllib.request.urlopen(f"{served}{sheet[1]}", timeout=30) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
