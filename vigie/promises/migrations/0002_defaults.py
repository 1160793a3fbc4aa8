"""The promises of a fresh installation, as the provider publishes them; edited in the console afterwards."""

from typing import Any

from django.db import migrations

MINUTE = 60
DEFAULTS = [
    # channel, kind, aim, limit (seconds, at all hours)
    ("ticket", "acknowledgement", 10, 2 * MINUTE),
    ("ticket", "first_reply", 10 * MINUTE, 10 * MINUTE),
    ("mail", "acknowledgement", 10, 2 * MINUTE),
    ("mail", "first_reply", 15 * MINUTE, 30 * MINUTE),
    ("chat", "acknowledgement", 1, 1),
    ("chat", "first_reply", MINUTE, MINUTE),
    ("api", "acknowledgement", 10, 2 * MINUTE),
    ("api", "first_reply", 10 * MINUTE, 10 * MINUTE),
]


def lay_down(apps: Any, schema_editor: Any) -> None:
    promise = apps.get_model("promises", "Promise")
    for channel, kind, aim, limit in DEFAULTS:
        promise.objects.get_or_create(
            channel=channel, kind=kind, department=None, priority="", defaults={"aim": aim, "limit": limit}
        )


class Migration(migrations.Migration):
    dependencies = [("promises", "0001_initial")]
    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop)]
