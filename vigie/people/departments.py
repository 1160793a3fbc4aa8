"""Departments: added, renamed, opened and closed by administrators. Their codes never change."""

from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock

from . import checking
from .access import FINANCIAL, Viewer
from .codes import checked_code
from .errors import Invalid, NotAllowed
from .models import Department


class Fields(TypedDict, total=False):
    name_fr: str
    name_en: str
    about_fr: str
    about_en: str
    address: str
    is_open: bool
    position: int


def create(*, viewer: Viewer, code: str, **fields: Unpack[Fields]) -> Department:
    """Needs both names. Raises `NotAllowed`, `Invalid` naming the field."""
    _guard(viewer)
    code, values = checked_code(code), _cleaned(fields)
    if Department.objects.filter(code=code).exists():
        raise Invalid(_("This code is in use."), field="code")
    for needed in ("name_fr", "name_en"):
        if needed not in values:
            raise Invalid(_("A name is needed."), field=needed)
    with transaction.atomic():
        department = Department.objects.create(code=code, **values)
        _journal("department.created", viewer, code, {})
    return department


def change(*, viewer: Viewer, department: Department, **fields: Unpack[Fields]) -> Department:
    """Change what is given. Raises `NotAllowed`, `Invalid`; the last open department cannot be closed, nor the
    financial one, on which the billing role stands.
    """
    _guard(viewer)
    values = _cleaned(fields)
    if values.get("is_open") is False and department.is_open:
        if department.code == FINANCIAL:
            raise Invalid(_("Billing contacts write to this department; it stays open."), field="is_open")
        if not Department.objects.filter(is_open=True).exclude(pk=department.pk).exists():
            raise Invalid(_("At least one department stays open."), field="is_open")
    changed = [field for field, value in values.items() if getattr(department, field) != value]
    if changed:
        with transaction.atomic():
            for field in changed:
                setattr(department, field, values[field])
            department.save(update_fields=changed)
            _journal("department.changed", viewer, department.code, {"fields": changed})
    return department


def _cleaned(fields: Fields) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "name_fr" in fields:
        values["name_fr"] = checking.name(fields["name_fr"], field="name_fr", length=80)
    if "name_en" in fields:
        values["name_en"] = checking.name(fields["name_en"], field="name_en", length=80)
    if "about_fr" in fields:
        values["about_fr"] = fields["about_fr"].strip()[:200]
    if "about_en" in fields:
        values["about_en"] = fields["about_en"].strip()[:200]
    if "address" in fields:
        values["address"] = checking.address(fields["address"], field="address") if fields["address"].strip() else ""
    if "is_open" in fields:
        values["is_open"] = fields["is_open"]
    if "position" in fields:
        values["position"] = max(0, fields["position"])
    return values


def _guard(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise NotAllowed


def _journal(kind: str, viewer: Viewer, code: str, data: dict[str, Any]) -> None:
    record(kind, at=clock.now(), audience=Audience.STAFF, actor_id=viewer.actor_id, data={"department": code, **data})
