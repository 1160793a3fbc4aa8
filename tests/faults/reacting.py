"""A process that records lines and reacts to them until it is killed. Run by test_killed."""

import os
import random
import time

import django

django.setup()

from django.db import transaction  # noqa: E402  after the setup

from vigie.journal import dispatch  # noqa: E402
from vigie.journal.models import Audience, Entry  # noqa: E402
from vigie.journal.record import record  # noqa: E402
from vigie.kernel import clock  # noqa: E402


def echo(entry: Entry) -> None:
    """An effect that takes a moment, so that a kill finds it half done."""
    record("test.echoed", at=clock.now(), audience=Audience.STAFF, data={"of": entry.id})
    time.sleep(random.random() / 100)
    record("test.echoed_twice", at=clock.now(), audience=Audience.STAFF, data={"of": entry.id})


def main() -> None:
    """With a number of lines to write as the first word; 0 only reacts."""
    dispatch.connect({"test.happened": ["tests.faults.reacting.echo"]})
    dispatcher = dispatch.Dispatcher()
    dispatcher.start()
    for _ in range(int(os.environ["TEST_LINES"])):
        with transaction.atomic():
            entry_id = record("test.happened", at=clock.now(), audience=Audience.STAFF)
        print(f"accepted {entry_id}", flush=True)
    time.sleep(600)


if __name__ == "__main__":
    main()
