from typing import Any

from django.db import migrations

from vigie.kernel import search


def create(apps: Any, schema_editor: Any) -> None:
    search.create_words(schema_editor.connection)


def drop(apps: Any, schema_editor: Any) -> None:
    search.drop_words(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [("conversations", "0002_visible")]

    operations = [migrations.RunPython(create, drop)]
