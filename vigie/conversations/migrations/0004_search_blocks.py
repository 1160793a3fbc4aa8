from typing import Any

from django.db import migrations

from vigie.kernel import search


def index_again(apps: Any, schema_editor: Any) -> None:
    """The index on SQLite knows blocks of messages now. PostgreSQL's stays as it is, but for one index nothing asks."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX IF EXISTS message_search_conversation")
            return
        cursor.execute("INSERT INTO message_search (message_search) VALUES ('delete-all')")
    rows = apps.get_model("conversations", "Message").objects.order_by("id").values_list(
        "id", "conversation_id", "conversation__customer_id", "is_note", "seq", "conversation__subject", "body"
    )  # fmt: skip
    for message_id, conversation_id, customer_id, is_note, seq, subject, body in rows.iterator(chunk_size=1000):
        search.index(
            message_id=message_id, conversation_id=conversation_id, customer_id=customer_id, is_note=is_note,
            text=f"{subject}\n{body}" if seq == 1 else body,
        )  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [("conversations", "0003_search_words")]

    operations = [migrations.RunPython(index_again, migrations.RunPython.noop)]
