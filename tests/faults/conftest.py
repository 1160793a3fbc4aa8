from collections.abc import Iterator

import pytest

from tests.faults.house import House


@pytest.fixture
def house(django_db_setup: None, django_db_blocker: "pytest.FixtureDef[object]") -> Iterator[House]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        made = House()
    yield made
    made.end()
