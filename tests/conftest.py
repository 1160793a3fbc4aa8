"""What every test stands on. Loaded before the settings, which it points at a data folder of this process alone."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

DATA = tempfile.mkdtemp(prefix="vigie-tests-")
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
for name in [name for name in os.environ if name.startswith("VIGIE_") and not name.startswith("VIGIE_TEST_")]:
    del os.environ[name]  # a developer's own settings must not decide what the tests see
os.environ["VIGIE_DATA"] = DATA
os.environ["DJANGO_SETTINGS_MODULE"] = "vigie.config.settings"

POSTGRES = os.environ.get("VIGIE_TEST_DATABASE", "sqlite") == "postgres"
WORKER = os.environ.get("PYTEST_XDIST_WORKER")
if POSTGRES and WORKER is None and "VIGIE_TEST_POSTGRES_URL" not in os.environ:
    from tests.postgres import Cluster

    cluster = Cluster()
    os.environ["VIGIE_TEST_POSTGRES_URL"] = cluster.start()
    atexit.register(cluster.stop)
if POSTGRES:
    os.environ["VIGIE_DATABASE_URL"] = os.environ["VIGIE_TEST_POSTGRES_URL"]

hypothesis_settings.register_profile(
    "ci", max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis_settings.register_profile("deep", parent=hypothesis_settings.get_profile("ci"), max_examples=2000, derandomize=False)
hypothesis_settings.load_profile(os.environ.get("VIGIE_TEST_HYPOTHESIS", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["tests.hashing.QuickArgon2", *settings.PASSWORD_HASHERS[1:]]
    options = settings.DATABASES["default"].get("OPTIONS", {})
    if "init_command" in options:  # what is lost with the power is of no interest to a test
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    # xdist's workers inherit our environment: they would load the settings, and our data folder, before this file.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`postgres` tests need it; on PostgreSQL those without a database would only run a second time."""
    if POSTGRES:
        unconcerned = [item for item in items if not _uses_database(item)]
        config.hook.pytest_deselected(items=unconcerned)
        items[:] = [item for item in items if _uses_database(item)]
        return
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: VIGIE_TEST_DATABASE=postgres"))


def _uses_database(item: pytest.Item) -> bool:
    from django.test import TransactionTestCase

    marked = item.get_closest_marker("django_db") or item.get_closest_marker("postgres")
    of_class = isinstance(getattr(item, "cls", None), type) and issubclass(item.cls, TransactionTestCase)  # type: ignore[attr-defined]
    wanted = {"db", "transactional_db", "live_server", "django_db_setup"}
    return bool(marked or of_class or wanted & set(getattr(item, "fixturenames", ())))


_made: list[object] = []


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: "pytest.FixtureDef[object]") -> Iterator[None]:
    """In place of pytest-django's: one migrated template, one copy for this worker."""
    from tests.databases import database

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        mine = database()
        mine.make()
    _made.append(mine)
    yield
    _made.clear()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        mine.drop()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """After a transactional test, whose end empties every table, go back to the template."""
    result = yield
    marker = item.get_closest_marker("django_db")
    fixtures = getattr(item, "fixturenames", ())
    if _made and ((marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & set(fixtures)):
        from pytest_django.plugin import blocking_manager_key

        with item.config.stash[blocking_manager_key].unblock():
            _made[0].restore()  # type: ignore[attr-defined]
    return result


class Hold:
    """The clock, held. `hold("2026-11-24 13:40")` reads Paris wall time; `hold(instant)` takes an aware datetime."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.at: datetime

    def __call__(self, when: str | datetime, zone: str = "Europe/Paris") -> datetime:
        from vigie.kernel import clock

        instant = datetime.fromisoformat(when).replace(tzinfo=ZoneInfo(zone)) if isinstance(when, str) else when
        self.release()
        self._stack.enter_context(clock.held_at(instant))
        self.at = clock.now()
        return self.at

    def forward(self, **span: float) -> datetime:
        """`hold.forward(minutes=10)`; the new instant."""
        return self(self.at + timedelta(**span))

    def release(self) -> None:
        self._stack.close()


@pytest.fixture(autouse=True)
def _nothing_is_used_up() -> None:
    """The limits count in the process's cache, which outlives a test."""
    from django.core.cache import caches

    caches["limits"].clear()


@pytest.fixture
def hold() -> Iterator[Hold]:
    held = Hold()
    yield held
    held.release()


@pytest.fixture
def browse() -> "Callable[..., object]":
    """`browse(user)` is a Django test client signed in as `user`; `browse()` is a stranger."""
    from django.test import Client

    def client_of(user: object = None, **options: object) -> Client:
        client = Client(**options)  # type: ignore[arg-type]
        if user is not None:
            client.force_login(user, backend="vigie.config.accounts.ByAddress")  # type: ignore[arg-type]
        return client

    return client_of
