"""Telling the past in the order in which it happened: many stories at once, the clock held at each step.

A story is a generator. It does something, yields how long until it goes on, does the next thing. The agenda always goes on
with the story whose turn comes first, so that journal, numbers and clocks are those of a desk that was really at work.
"""

import heapq
from collections.abc import Generator
from datetime import datetime, timedelta
from itertools import count

from vigie.kernel import clock
from vigie.promises.sweep import sweep

Story = Generator[timedelta, None, None]


class Agenda:
    """Stories waiting for their instants."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._numbers = count()

    def add(self, at: datetime, story: Story) -> None:
        """Begin `story` at `at` (aware)."""
        heapq.heappush(self._waiting, (at, next(self._numbers), story))

    def play(self, until: datetime) -> None:
        """Tell everything up to `until`; what a story would do later never happened."""
        while self._waiting and self._waiting[0][0] <= until:
            at, _number, story = heapq.heappop(self._waiting)
            with clock.held_at(at):
                sweep(at)
                wait = next(story, None)
            if wait is not None:
                self.add(at + wait, story)
        with clock.held_at(until):
            sweep(until)
