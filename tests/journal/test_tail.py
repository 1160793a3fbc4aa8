"""The journal's end is told whole and in order, whether anybody listens or not."""

import threading
from collections.abc import Sequence

import pytest
from django.db import transaction

from vigie.journal.models import Audience, Entry
from vigie.journal.record import record
from vigie.journal.tail import Tail
from vigie.kernel import clock


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("somebody_listens", [True, False])
def test_every_line_is_told_once_and_in_order(somebody_listens: bool) -> None:
    told: list[int] = []
    whole = threading.Event()

    def tell(entries: Sequence[Entry]) -> None:
        told.extend(entry.id for entry in entries)
        if len(told) >= 12:
            whole.set()

    tail = Tail(tell, lambda: somebody_listens)
    tail.start()
    written = []
    try:
        for _ in range(12):
            with transaction.atomic():
                written.append(record("test.happened", at=clock.now(), audience=Audience.STAFF))
        assert whole.wait(20)
    finally:
        tail.stop()
    assert told == written
