"""Every example of docs/api.md is run as it stands, in order, against a live server."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import worlds
from tests.api.callers import Caller
from vigie.tickets.models import Ticket

DOCS = Path(__file__).resolve().parents[2] / "docs" / "api.md"
EXAMPLES = re.findall(r"```sh\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.django_db(transaction=True)
def test_every_example_does_what_it_says(live_server: Any) -> None:
    caller = Caller(worlds.agent(worlds.team()))
    assert len(EXAMPLES) >= 11
    for example in EXAMPLES:
        newest = Ticket.objects.order_by("number").last()
        environment = {
            "VIGIE": live_server.url, "TOKEN": caller.secret, "NUMBER": str(newest.number if newest else 0), "PATH": "/usr/bin:/bin",
        }  # fmt: skip
        done = subprocess.run(
            ["sh", "-euc", example.replace("curl ", "curl --fail-with-body ")],
            env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, (example, done.stdout, done.stderr)
        assert json.loads(done.stdout) is not None
    ticket = Ticket.objects.get()
    assert (ticket.priority, ticket.service.order_number if ticket.service else "", ticket.assignee) == ("high", "123456", caller.user)


def test_every_scope_and_problem_is_named() -> None:
    from vigie.people.scopes import SCOPES

    text = DOCS.read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in (DOCS.parents[1] / "vigie" / "api").glob("*.py"))
    codes = set(re.findall(r'Problem\(\s*[\w.]+,\s*"([a-z-]+)"', sources))
    assert codes
    for word in [*SCOPES, *codes]:
        assert f"`{word}`" in text, word
