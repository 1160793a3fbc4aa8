"""Mail servers on loopback: a real one (aiosmtpd), and one that answers and breaks off exactly as told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Received:
    """What the real server took: (envelope sender, recipients, bytes), and how many connections it saw."""

    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    connections: int = 0
    url: str = ""

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = name
        return answers

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  the same
        self.mails.append((str(envelope.mail_from), list(envelope.rcpt_tos), bytes(envelope.original_content or b"")))
        return "250 OK"


@contextmanager
def real_server(**options: Any) -> Iterator[Received]:
    received = Received()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(received, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        received.url = f"smtp://127.0.0.1:{port}"
        yield received
    finally:
        controller.stop()


class Scripted:
    """Answers each verb from a table, `CLOSE` breaks off; `DOT` is the answer to a whole mail. Counts the mails it had."""

    CLOSE = ""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.whole = 0
        self.begun = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        self._thread.join(5)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                peer, _address = self._listener.accept()
            except OSError:
                return
            with peer, peer.makefile("rb") as lines:
                self._talk(peer, lines)

    def _talk(self, peer: socket.socket, lines: Any) -> None:
        if not self._say(peer, "GREETING", "220 ready"):
            return
        for line in lines:
            verb = line[:4].strip().decode().upper()
            if verb == "MAIL":
                self.begun += 1
            if not self._say(peer, verb, {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 OK")):
                return
            if verb == "QUIT":
                return
            if verb == "DATA" and self.answers.get("DATA", "354").startswith("354"):
                for part in lines:
                    if part == b".\r\n":
                        break
                self.whole += 1
                if not self._say(peer, "DOT", "250 taken"):
                    return

    def _say(self, peer: socket.socket, verb: str, usual: str) -> bool:
        answer = self.answers.get(verb, usual)
        if answer == self.CLOSE:
            return False
        peer.sendall(answer.encode() + b"\r\n")
        return True
