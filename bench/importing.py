"""`vigie import services` against the same rows put in by sqlite3's executemany, interleaved, both durable, in one run.

    bench/importing.py [rows]        default 200000; wants 20,000 rows/s

Also told: running it again, and how long another process waits to write a row while the import runs.
"""

import csv
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
CUSTOMERS = 2000
ROUNDS = 3
_ONE = (
    "import sys; from vigie.config import command; command.COMMANDS = {sys.argv[1]: command.COMMANDS[sys.argv[1]]};"
    "sys.exit(command.main())"
)
HEADER = ["order_number", "customer", "name", "product", "site", "room", "rack", "node", "state", "addresses"]


def rows(count: int) -> Iterator[list[str]]:
    for n in range(count):
        v4 = f"{11 + (n >> 24)}.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
        v6 = f"2001:db8:{n >> 16:x}:{n & 65535:x}::/64"
        place = ["Paris PA3", f"S{n % 8}", f"R{n % 400}", f"node-{n % 900}"]
        yield [str(100000 + n), f"C{n % CUSTOMERS}", f"vps-{n}.example.com", "VPS L", *place, "active", f"{v4} {v6}"]


def vigie(data: Path, *arguments: str) -> None:
    environment = {**os.environ, "VIGIE_DATA": str(data), "LC_ALL": "C.UTF-8"}
    subprocess.run(
        [PYTHON, "-c", _ONE, *arguments],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def fresh(folder: Path, name: str) -> Path:
    data = folder / name
    data.mkdir()
    vigie(data, "manage", "migrate", "--skip-checks", "--verbosity=0")
    with (folder / "customers.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["reference", "name", "registered_address"])
        writer.writerows([f"C{n}", f"Customer {n}", f"c{n}@example.com"] for n in range(CUSTOMERS))
    vigie(data, "import", "customers", str(folder / "customers.csv"))
    return data


def by_hand(database: Path, file: Path) -> float:
    """The least that must be done: the same two inserts, the same ranges, read from the same file."""
    sys.path.insert(0, str(ROOT))
    from vigie.inventory.parsing import range_of

    began = time.perf_counter()
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    customers = dict(connection.execute("SELECT reference, id FROM people_customer"))
    now = "2026-11-24 12:00:00"
    with file.open(newline="") as lines:
        reader = csv.reader(lines)
        next(reader)
        last = 0
        while batch := [row for row, _one in zip(reader, range(500), strict=False)]:
            services, addresses = [], []
            for row in batch:
                last += 1
                services.append((last, customers[row[1]], row[2], row[0], *row[3:9], now, now))
                addresses += [(last, found.prefix, found.first, found.last) for found in map(range_of, row[9].split())]
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO inventory_service (id, customer_id, name, order_number, product, site, room, rack, node, state,"
                " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", services,
            )  # fmt: skip
            connection.executemany(
                "INSERT INTO inventory_address (service_id, prefix, first, last) VALUES (?, ?, ?, ?)", addresses
            )
            connection.execute("COMMIT")
    connection.close()
    return time.perf_counter() - began


def neighbour(database: Path, waits: list[float], stop: threading.Event) -> None:
    """Another writer on the same file, as the server would be: one durable row every 20 ms."""
    connection = sqlite3.connect(database, isolation_level=None, timeout=20)
    connection.execute("CREATE TABLE IF NOT EXISTS neighbour (n INTEGER)")
    while not stop.wait(0.02):
        began = time.perf_counter()
        connection.execute("INSERT INTO neighbour VALUES (1)")
        waits.append(time.perf_counter() - began)
    connection.close()


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    ours, again, hand = [], [], []
    waits: list[float] = []
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as name:
        folder = Path(name)
        file = folder / "services.csv"
        with file.open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(HEADER)
            writer.writerows(rows(count))
        for turn in range(ROUNDS):
            data = fresh(folder, f"ours-{turn}")
            began = time.perf_counter()
            vigie(data, "import", "services", str(file))
            ours.append(time.perf_counter() - began)
            began = time.perf_counter()
            vigie(data, "import", "services", str(file))
            again.append(time.perf_counter() - began)
            hand.append(by_hand(fresh(folder, f"hand-{turn}") / "vigie.sqlite3", file))
        data = fresh(folder, "neighbour")
        stop = threading.Event()
        other = threading.Thread(target=neighbour, args=(data / "vigie.sqlite3", waits, stop))
        other.start()
        vigie(data, "import", "services", str(file))
        stop.set()
        other.join()
    rate = count / statistics.median(ours)
    print(
        f"load {os.getloadavg()[0]:.2f}, {count} rows with two addresses each, medians of {ROUNDS}, process start included"
    )
    print(f"vigie import   {rate:10,.0f} rows/s (at least 20,000)")
    print(f"run again      {count / statistics.median(again):10,.0f} rows/s")
    print(
        f"executemany    {count / statistics.median(hand):10,.0f} rows/s: ratio {statistics.median(hand) / statistics.median(ours):.2f}"
    )
    waits.sort()
    print(
        f"a writer beside it waits {waits[len(waits) // 2] * 1000:.0f} ms (p50), {waits[int(len(waits) * 0.99)] * 1000:.0f} ms (p99)"
    )
    return 0 if rate >= 20_000 else 1


if __name__ == "__main__":
    sys.exit(main())
