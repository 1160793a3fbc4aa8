"""The steps of `bin/test`, in order, and the account of them: passed, failed, and not run with the reason."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
UNITS = "not browser and not postgres and not faults and not packaging"
COUNTED = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed)")
SKIPPED = re.compile(r"^SKIPPED \[\d+\] (.*)$", re.MULTILINE)


@dataclass
class Outcome:
    """`passed`, `failed` and `skipped` count tests; `reasons` names what was not run."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    name: str
    about: str
    command: list[str]
    read: Callable[[int, str], Outcome]
    environment: dict[str, str] = field(default_factory=dict)
    needs: Callable[[], str] = lambda: ""


def check(code: int, output: str) -> Outcome:
    """One check: passed or failed."""
    del output
    return Outcome(passed=1) if code == 0 else Outcome(failed=1)


def audit(code: int, output: str) -> Outcome:
    """A failure counts only when the advisories were read."""
    if code == 0:
        return Outcome(passed=1)
    if re.search(r"Found \d+ known vulnerabilit", output):
        return Outcome(failed=1)
    return Outcome(skipped=1, reasons=["the advisory service could not be reached"])


def tests(code: int, output: str) -> Outcome:
    """What pytest says in its last line."""
    summary = next((line for line in reversed(output.splitlines()) if COUNTED.search(line)), "")
    found = {word.rstrip("s"): int(number) for number, word in COUNTED.findall(summary)}
    failed = found.get("failed", 0) + found.get("error", 0)
    nothing = code == 5  # pytest: no tests collected
    if code not in {0, 5} and not failed:
        failed = 1
    reasons = [*SKIPPED.findall(output), *(["there are no such tests"] if nothing else [])]
    return Outcome(found.get("passed", 0), failed, found.get("skipped", 0) + nothing, reasons)


def pytest(marks: str, *options: str, workers: str = "auto") -> list[str]:
    parallel = ["-n", workers] if workers != "1" else []
    return [str(BIN / "python"), "-m", "pytest", "-q", "-rfEs", "-m", marks, *parallel, *options]


def _typescript() -> str:
    return "" if (ROOT / "node_modules" / ".bin" / "tsc").exists() else "node_modules has no typescript (npm missing?)"


def _browser() -> str:
    return "" if Path("/usr/bin/chromium").exists() else "chromium is not installed"


def _postgres() -> str:
    return "" if list(Path("/usr/lib/postgresql").glob("*/bin/initdb")) else "PostgreSQL is not installed"


# On PostgreSQL: every noun, the journal, the kernel, the live endpoint, the API and the nodes; of these the tests that touch
# a database (tests/conftest.py leaves the others out). Not again: the pages of console, client area and contact page, which
# reach the database through these nouns alone, and the commands, which are tried on SQLite (backup on both).
ON_POSTGRES = [
    *(f"tests/{room}" for room in ("api", "conversations", "inventory", "journal", "kernel", "mail_out", "people", "promises", "tickets")),
    *(f"tests/config/test_{what}.py" for what in ("health", "live", "nodes", "session_store")),
]
MIGRATIONS = [str(BIN / "python"), "-m", "django", "makemigrations", "--check", "--dry-run"]
AUDIT = [str(BIN / "pip-audit"), "-r", "requirements.lock", "--require-hashes", "--disable-pip", "--progress-spinner=off"]
STEPS = [
    Step("ruff", "style and likely mistakes", [str(BIN / "ruff"), "check", "--no-fix", "."], check),
    Step("types", "mypy --strict", [str(BIN / "mypy")], check),
    Step("imports", "who may import whom", [str(BIN / "lint-imports"), "--no-cache"], check),
    Step("scripts", "TypeScript over the browser's modules", ["node_modules/.bin/tsc", "-p", "."], check, needs=_typescript),
    Step("migrations", "models and migrations agree", MIGRATIONS, check, {"DJANGO_SETTINGS_MODULE": "vigie.config.settings"}),
    Step("advisories", "known vulnerabilities of what we lock", AUDIT, audit),
    Step("units", "the nouns and doors, on SQLite", pytest(UNITS), tests),
    Step("postgres", "what speaks SQL, again on PostgreSQL, and several processes with Redis",
         pytest("not browser and not faults and not packaging", *ON_POSTGRES, workers="2"), tests,
         {"VIGIE_TEST_DATABASE": "postgres"}, _postgres),
    Step("browser", "journeys in Chromium, with axe", pytest("browser", "--dist", "loadgroup", workers="2"), tests, needs=_browser),
    Step("faults", "processes killed at bad moments", pytest("faults", workers="1"), tests),
    Step("packaging", "the wheel, in an empty environment", pytest("packaging", workers="1"), tests),
]


def run(step: Step) -> tuple[Outcome, float, str]:
    began = time.monotonic()
    if reason := step.needs():
        return Outcome(skipped=1, reasons=[reason]), 0.0, ""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
    done = subprocess.run(
        step.command,
        check=False,
        cwd=ROOT,
        env={**environment, "VIGIE_DATA": str(ROOT / ".pytest_cache" / "data"), **step.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return step.read(done.returncode, done.stdout), time.monotonic() - began, done.stdout


def main(arguments: list[str]) -> int:
    if "--list" in arguments:
        for step in STEPS:
            print(f"{step.name:<12}{step.about}")
        return 0
    unknown = set(arguments) - {step.name for step in STEPS}
    if unknown:
        print(f"no such step: {', '.join(sorted(unknown))}; bin/test --list names them")
        return 2
    began, total = time.monotonic(), Outcome()
    for step in STEPS:
        if arguments and step.name not in arguments:
            continue
        print(f"{step.name:<12}{step.about} ...", end=" ", flush=True)
        outcome, seconds, output = run(step)
        verdict = "FAILED" if outcome.failed else "ok" if outcome.passed else "not run"
        counts = f", {outcome.passed} passed" if outcome.passed > 1 else ""
        print(f"{verdict}{counts} ({seconds:.0f} s)", flush=True)
        if outcome.failed:
            print("\n".join("    " + line for line in output.splitlines()[-120:]), flush=True)
        total.passed += outcome.passed
        total.failed += outcome.failed
        total.skipped += outcome.skipped
        total.reasons += [f"{step.name}: {reason}" for reason in outcome.reasons]
    for reason in total.reasons:
        print(f"not run: {reason}")
    parts = [f"{number} {word}" for number, word in
             ((total.failed, "failed"), (total.passed, "passed"), (total.skipped, "skipped")) if number]
    print(f"===== {', '.join(parts) or 'no tests ran'} in {time.monotonic() - began:.2f}s =====")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
