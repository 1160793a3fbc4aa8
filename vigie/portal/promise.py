"""What is promised for a new ticket, and what was measured: the panel beside the form, and the words on its choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vigie.conversations.models import Channel
from vigie.kernel import clock
from vigie.people.models import Department
from vigie.promises import measured, policy
from vigie.promises.models import Kind, Priority
from vigie.promises.policy import Terms
from vigie.promises.working import working_time

from .gate import ClientRequest, contacts_only

PRIORITIES: tuple[tuple[str, str | LazyText, str | LazyText], ...] = (
    (Priority.REGULAR, _("Regular"), _("A question, or something that works only in part.")),
    (Priority.HIGH, _("High"), _("A critical incident: a service is entirely unavailable, for example.")),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice card. `promised` is the first reply's limit in seconds of `calendar` time; None without a promise."""

    value: str
    name: str | LazyText
    about: str | LazyText
    promised: int | None
    always: bool


@require_GET
@contacts_only
def promise(request: ClientRequest) -> HttpResponse:
    """The panel and the choice cards' promises for the department and priority chosen."""
    department = Department.objects.filter(code=request.GET.get("department", ""), is_open=True).first()
    code = department.code if department else ""
    priority = request.GET.get("priority", "")
    chosen = priority if priority in Priority.values else Priority.REGULAR
    return render(
        request, "portal/new_ticket/promise.html", {"priorities": priorities(code), "swap": True, **panel(code, chosen)}
    )


def priorities(department: str) -> list[Choice]:
    """Both priorities with what is promised in `department` (a code)."""
    return [_choice(value, name, about, _first_reply(department, value)) for value, name, about in PRIORITIES]


def with_promises(departments: Sequence[Department]) -> list[Choice]:
    """The departments with the promise of a regular ticket there."""
    return [
        _choice(row.code, row.name, row.about, _first_reply(row.code, Priority.REGULAR)) for row in departments
    ]


def panel(department: str, priority: str) -> dict[str, Any]:
    """Template variables of the panel: the promise, when it falls due if sent now, the figures with 20 samples or more.

    `acknowledged` and `promised` are Terms or None; `due_now` an instant or None; `always` whether it holds 24/7.
    """
    now = clock.now()
    promised = _first_reply(department, priority)
    working = working_time(promised.calendar_id) if promised else None
    return {
        "promised": promised,
        "always": working.always if working else False,
        "due_now": working.add(now, promised.limit) if working and promised else None,
        "acknowledged": policy.promise_for(
            channel=Channel.TICKET, kind=Kind.ACKNOWLEDGEMENT, department_id=department or None, priority=priority
        ),
        "figures": measured.measured(Channel.TICKET, department=department or None, priority=priority),
        "is_high": priority == Priority.HIGH,
        "now": now,
    }


def _first_reply(department: str, priority: str) -> Terms | None:
    return policy.promise_for(
        channel=Channel.TICKET, kind=Kind.FIRST_REPLY, department_id=department or None, priority=priority
    )


def _choice(value: str, name: str | LazyText, about: str | LazyText, terms: Terms | None) -> Choice:
    always = terms is not None and working_time(terms.calendar_id).always
    return Choice(value, name, about, terms.limit if terms else None, always)
