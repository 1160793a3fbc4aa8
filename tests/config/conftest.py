"""A live endpoint to listen to."""

from collections.abc import Iterator

import pytest


@pytest.fixture
def port() -> Iterator[int]:
    """Serves the pages' process, without its background work."""
    from tests.server import serve  # Django stands only once tests begin
    from vigie.config.asgi import Application

    with serve(Application(web=True, work=False), lifespan="on") as number:
        yield number
