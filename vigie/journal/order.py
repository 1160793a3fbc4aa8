"""Ids as a cursor: how far the journal stands still, so that "everything after N" never misses a line committed late.

SQLite has one writer: ids appear in the order of commits. PostgreSQL gives an id when the line is written, and the line
appears when its transaction commits, perhaps after a later id. So whoever writes a line first takes a shared lock, for
the rest of the transaction, that bears the last id given before. It keeps nobody waiting; it only says "mine come after
this". `settled` reads those locks: up to the lowest of them nothing can appear any more.
"""

from django.db import connection

_SPACE = 0x5669 << 48  # "Vi", above every id: keeps our locks apart from others in the same database
_LAST = "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM journal_entry_id_seq"
_HOLD = f"SELECT pg_advisory_xact_lock_shared({_SPACE} + ({_LAST}))"
_LOWEST = f"""
SELECT min((classid::bigint << 32 | objid::bigint) - {_SPACE}) FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = {_SPACE >> 48}
AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
"""


def hold() -> None:
    """Before a line is written, in its transaction: nothing past it is settled until the transaction has ended."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_HOLD)


def settled() -> int:
    """The highest id up to which the journal is complete as this connection sees it; 0 when it is empty.

    On PostgreSQL the last id is read before the locks: whoever is not seen holding one then has committed, or will be
    given a higher id. A lock is let go after the commit can be seen.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT max(id) FROM journal_entry")
            return cursor.fetchall()[0][0] or 0
        cursor.execute(_LAST)
        last = int(cursor.fetchall()[0][0])
        cursor.execute(_LOWEST)
        lowest = cursor.fetchall()[0][0]
    return last if lowest is None else min(last, int(lowest))
