"""The provider's row, the two departments of every installation, and working time around the clock."""

from typing import Any

from django.db import migrations

DEPARTMENTS = [
    {
        "code": "technical",
        "name_fr": "Questions techniques",
        "name_en": "Technical questions",
        "about_fr": "Serveur, réseau et problèmes techniques.",
        "about_en": "Server, network and technical problems.",
        "position": 1,
    },
    {
        "code": "financial",
        "name_fr": "Questions financières",
        "name_en": "Financial questions",
        "about_fr": "Facturation, paiements et factures.",
        "about_en": "Billing, payments and invoices.",
        "position": 2,
    },
]
WEEK: list[tuple[str, bool, tuple[str, str] | None]] = [
    ("24/7", True, None),
    ("Facturation", False, ("09:00", "18:00")),
    ("Centre de données", False, ("08:00", "17:00")),
    ("Administration système", False, ("08:00", "22:00")),
]
TEAMS: list[dict[str, Any]] = [
    {
        "code": "support",
        "name_fr": "Ingénieurs support",
        "name_en": "Support engineers",
        "level": 1,
        "calendar": "24/7",
    },
    {
        "code": "billing",
        "name_fr": "Facturation",
        "name_en": "Billing",
        "level": 2,
        "calendar": "Facturation",
        "department": "financial",
    },
    {
        "code": "datacentre",
        "name_fr": "Techniciens de centre de données",
        "name_en": "Data-centre technicians",
        "level": 2,
        "calendar": "Centre de données",
        "department": "technical",
    },
    {
        "code": "sysadmin",
        "name_fr": "Administrateurs système",
        "name_en": "System administrators",
        "level": 3,
        "calendar": "Administration système",
        "department": "technical",
    },
]


def fill(apps: Any, schema_editor: Any) -> None:
    def model(name: str) -> Any:
        return apps.get_model("people", name).objects

    model("Provider").get_or_create(id=1)
    for row in DEPARTMENTS:
        model("Department").get_or_create(code=row["code"], defaults=row)
    calendars: dict[str, Any] = {}
    for name, always, span in WEEK:
        calendar, made = model("Calendar").get_or_create(name=name, defaults={"always": always})
        calendars[name] = calendar
        if made and span:
            for weekday in range(5):
                model("WorkingHours").create(calendar=calendar, weekday=weekday, start=span[0], end=span[1])
    for row in TEAMS:
        fields = {**row, "calendar": calendars[str(row["calendar"])], "department_id": row.get("department")}
        fields.pop("department", None)
        model("Team").get_or_create(code=row["code"], defaults=fields)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
