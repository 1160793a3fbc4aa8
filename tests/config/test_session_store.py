"""Sessions outlive the process that made them."""

from collections.abc import Callable

import pytest
from django.core.cache import cache

from tests import worlds

pytestmark = pytest.mark.django_db


def test_a_session_is_read_from_the_database_by_a_process_that_has_just_begun(browse: Callable[..., object]) -> None:
    client = browse(worlds.contact())
    cache.clear()
    assert client.get("/client/").status_code == 200  # type: ignore[attr-defined]
