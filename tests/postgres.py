"""A real PostgreSQL for the tests, from Debian's binaries, in a folder of its own, on a free loopback port."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

HOMES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))


class Cluster:
    """`start()` gives the URL of its server; `stop()` leaves nothing behind. As root it runs as the user `postgres`."""

    def __init__(self) -> None:
        if not HOMES:
            msg = "PostgreSQL is not installed: apt-get install postgresql"
            raise FileNotFoundError(msg)
        self.bin = HOMES[-1].parent
        self.folder = Path(tempfile.mkdtemp(prefix="vigie-pg-"))
        self.user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self.owner = pwd.getpwnam(self.user)

    def _run(self, *command: str) -> None:
        as_root = os.getuid() == 0
        done = subprocess.run(
            command,
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=self.folder,
            user=self.owner.pw_uid if as_root else None,
            group=self.owner.pw_gid if as_root else None,
        )
        if done.returncode:
            msg = f"{command[0]} failed: {done.stdout}"
            raise RuntimeError(msg)

    def start(self) -> str:
        os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        data = str(self.folder / "data")
        self._run(f"{self.bin}/initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = f"-h 127.0.0.1 -p {port} -k {self.folder} -c fsync=off -c full_page_writes=off -c max_connections=200"
        # The server must not inherit our pipe, or `run` would wait for its end: its output goes to a log.
        log = str(self.folder / "log")
        self._run(f"{self.bin}/pg_ctl", "-D", data, "-w", "-s", "-l", log, "-o", options, "start")
        return f"postgresql://postgres@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        self._run(f"{self.bin}/pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-s", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
