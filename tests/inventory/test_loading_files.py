"""A file from its first line to its last: progress, and the database's settings as they were."""

from pathlib import Path

import pytest
from django.db import connection

from tests import worlds
from vigie.inventory.errors import Unreadable
from vigie.inventory.importing import Summary, load_file
from vigie.inventory.models import Service


@pytest.mark.django_db
def test_a_file_is_loaded_with_its_progress(tmp_path: Path) -> None:
    worlds.customer(reference="C1")
    file = tmp_path / "services.csv"
    file.write_text(
        "order_number,customer,name,odd\n" + "".join(f"{n},C1,s{n},\n" for n in range(1, 2501)) + "x,C1,bad,\n"
    )
    told: list[int] = []
    seen: list[tuple[int, int, int]] = []
    summary = load_file(
        "services", file, tell=lambda line, _why: told.append(line), progress=lambda *one: seen.append(one)
    )
    assert summary == Summary(added=2500, refused=1)
    assert told == [0, 2502]
    assert seen[-1] == (file.stat().st_size, file.stat().st_size, 2501)
    assert [rows for _done, _size, rows in seen] == sorted({rows for _done, _size, rows in seen})
    assert Service.objects.count() == 2500


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's log")
@pytest.mark.django_db
def test_the_log_is_copied_as_often_as_before_once_the_import_has_ended(tmp_path: Path) -> None:
    def pages() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_autocheckpoint")
            return int(cursor.fetchone()[0])

    before = pages()
    file = tmp_path / "services.csv"
    file.write_text("no,number\n1,2\n")
    with pytest.raises(Unreadable):
        load_file("services", file, tell=lambda _line, _why: None, progress=lambda *_one: None)
    assert pages() == before == 1000
