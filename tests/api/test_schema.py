"""Schemathesis over the whole description: whatever is sent, the answer is one that was described, and never a 500."""

from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import worlds
from tests.api.callers import Caller

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance,
    negative_data_rejection,
]  # fmt: skip


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
BOUNDED = settings(max_examples=5, suppress_health_check=list(HealthCheck), deadline=None)


@pytest.fixture
def staff(db: None) -> Caller:
    acme = worlds.customer(reference="0")
    worlds.service(acme, order_number="0")
    worlds.contact(acme)
    opener = Caller(worlds.contact(acme))
    opener.post("/tickets", {"department": "technical", "subject": "s", "body": "b"})
    return Caller(worlds.admin(worlds.team()))


@pytest.fixture
def contact(staff: Caller) -> Caller:
    return Caller(worlds.contact(worlds.customer(reference="1")))


def check(case: Any, caller: Caller) -> None:
    cache.clear()
    for signal in (request_started, request_finished):  # the test's transaction must outlive the request
        signal.disconnect(close_old_connections)
    case.call_and_validate(checks=CHECKS, headers={**(case.headers or {}), **caller.headers})


@schema.parametrize()
@BOUNDED
def test_staff_get_answers_that_were_described(case: Any, staff: Caller) -> None:
    check(case, staff)


@schema.parametrize()
@BOUNDED
def test_contacts_get_answers_that_were_described(case: Any, contact: Caller) -> None:
    check(case, contact)
