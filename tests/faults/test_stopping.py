"""SIGTERM: what is in flight is finished, nothing is left behind, the code is 0."""

import signal
import socket
import subprocess
import time

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.faults.house import House

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif("os.environ.get('VIGIE_TEST_DATABASE') == 'postgres'", reason="each house has its own SQLite file"),
]


def test_a_request_in_flight_is_answered_before_the_end(house: House) -> None:
    process = house.up()
    with socket.create_connection(("127.0.0.1", house.port), timeout=20) as line:
        line.sendall(b"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nhalf-")
        time.sleep(0.3)  # it is being read
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert process.poll() is None, "it waits for the request"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", house.port), timeout=1)
        line.sendall(b"whole")
        heard = b""
        while piece := line.recv(65536):
            heard += piece
    assert heard.startswith(b"HTTP/1.1 403"), "the form has no CSRF token: an answer all the same"
    assert process.wait(20) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_code_0_and_leaves_nothing_behind(house: House, number: signal.Signals) -> None:
    process = house.up()
    process.send_signal(number)
    assert process.wait(20) == 0
    left = subprocess.run(["ps", "-o", "pid=", "-g", str(process.pid)], capture_output=True, text=True, check=False)
    assert left.stdout.strip() == ""
    names = {path.name for path in house.folder.iterdir()}
    assert not {"vigie.sqlite3-wal", "vigie.sqlite3-shm"} & names, "the last connection folded the log into the database"


SIGN_IN = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from vigie.people.models import User
user = User.objects.create_user(email="agent@house.example", name="Ana", role="agent")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[-1]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
"""


def test_open_live_pages_are_told_to_come_back(house: House) -> None:
    cookie = house.run(SIGN_IN)
    process = house.up()
    with (
        connect(
            f"ws://127.0.0.1:{house.port}/live", origin=house.url(""), additional_headers={"Cookie": cookie}  # type: ignore[arg-type]
        ) as line,
        httpx.stream("GET", house.url("/live?topics=staff"), headers={"Cookie": cookie}, timeout=20) as answer,
    ):
        line.send('{"topics": ["staff"], "after": null}')
        assert "hello" in str(line.recv(10))
        told = answer.iter_lines()
        assert "hello" in next(told)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as closed:
            line.recv(10)
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 1012
        assert any('"code": 1012' in text for text in told)
    assert process.wait(20) == 0
    assert time.monotonic() - began < 10, "nobody waited for the stream to end by itself"


def test_a_worker_without_a_port_stops_cleanly(house: House) -> None:
    process = house.start("-m", "vigie", "worker")
    until = time.monotonic() + 30
    turns = house.folder / "turns"
    while not (turns.is_dir() and any(turns.iterdir())) and time.monotonic() < until:
        time.sleep(0.05)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
