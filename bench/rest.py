"""The demonstration at rest: resident memory of `vigie up --demo`, and how soon its first page comes once it is set up.

    python -m bench.rest        wants: at most 160 MB, under 3 s
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.desk import ROOT
from bench.load import free_port, load_line

REST = 15  # seconds without a request
MEMORY, START = 160, 3.0


def main() -> int:
    """Print both figures; 1 when one is more than wanted. The first start, which sets up, is not counted."""
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as folder:
        _first_page(folder, rest=0)
        seconds, memory = _first_page(folder, rest=REST)
    print(f"first page after {seconds:.1f} s (wanted: {START:.0f}), {memory:.0f} MB resident at rest (wanted: {MEMORY}); {load_line()}")
    return int(seconds >= START or memory > MEMORY)


def _first_page(folder: str, rest: float) -> tuple[float, float]:
    """Seconds from the command to its first whole page, and MB resident after `rest` seconds."""
    port = free_port()
    began = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "-m", "vigie", "up", "--demo", "--data", folder, "--port", str(port)],
        cwd=ROOT, env={**os.environ, "VIGIE_LOG_LEVEL": "WARNING"}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as page:
                    page.read()
                break
            except OSError:
                if server.poll() is not None:
                    raise
                time.sleep(0.02)
        seconds = time.monotonic() - began
        time.sleep(rest)
        status = Path(f"/proc/{server.pid}/status").read_text()
        return seconds, int(status.split("VmRSS:")[1].split()[0]) / 1024
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
