"""Search on SQLite: FTS5, asked window by window, so that no query costs more than a window at a time.

FTS5 joins the lists of a query's words until it meets a message that has them all; where two common words never stand together it reads
both lists to their ends, and no condition on the rowid stops it. What does end it
is a word: each message carries the number of its block of `BLOCK` messages, and a query names the blocks it is about. Which blocks
are worth naming, the rarest of the words tells by its next few messages.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from typing import NamedTuple

from django.db import connections
from django.db.backends.utils import CursorWrapper

from vigie.kernel import sql

from .asked import ABOVE_ALL, Asked, Found
from .words import is_start, needle, straw

# `scope` holds `c<customer> b<block>` for what customers may read, `s<customer> n<block>` for a note: a contact's search names
# only `c` and `b` and cannot meet a note. Contentless: nothing is stored twice.
TABLE = """
CREATE VIRTUAL TABLE message_search USING fts5(
    text, scope, content='', tokenize='unicode61 remove_diacritics 2', prefix='2 3'
)
"""
# The words there are, so that the start of one becomes the few that begin so: FTS5 itself would first copy every entry of all of
# them, which takes 100 ms for a word that stands in a million messages.
WORDS = "CREATE TABLE message_word (word text PRIMARY KEY) WITHOUT ROWID"

BLOCK = 16_384
"""Messages in a block: the most that is joined without a look at the clock, about 1 ms where none of the words is rare."""
DENSE = 8
"""Blocks times words that are joined at a time where none is rare."""
MOST_BLOCKS = 64
SEEKS = 600
"""Seeks in a window whose rarest word is rare, of about 10 µs each: so many messages of it, times the words."""
SAMPLE = 50
"""Messages of the rarest word in a window at the least."""
MOST_TERMS = 8
MOST_ENDINGS = 40
QUICK = 0.002
"""Seconds that the start of more words than those may take; one that takes longer is met in texts instead, being common."""
_STEPS = 20  # of SQLite's machine between looks at the clock: a few pages of the index
_INDEXED_STARTS = 3  # letters up to which FTS5 has the starts themselves as words (`prefix`)

_INSERT = "INSERT INTO message_search (rowid, text, scope) VALUES (%s, %s, %s)"
_LEARN = "INSERT OR IGNORE INTO message_word (word) SELECT value FROM json_each(%s)"
_ENDINGS = "SELECT word FROM message_word WHERE word >= %s AND word < %s LIMIT %s"
_SELECT = "SELECT rowid FROM message_search WHERE message_search MATCH %s AND rowid >= %s AND rowid < %s ORDER BY rowid {} LIMIT %s"
_NEWEST, _OLDEST = _SELECT.format("DESC"), _SELECT.format("ASC")


def put(*, message_id: int, customer_id: int | None, is_note: bool, words: list[str]) -> None:
    owner, block = ("s", "n") if is_note else ("c", "b")
    scope = f"{owner}{customer_id or 0} {block}{message_id // BLOCK}"
    sql.change(_INSERT, (message_id, " ".join(words), scope))
    sql.change(_LEARN, (json.dumps(sorted({word for word in words if len(word) > _INDEXED_STARTS})),))


def find(asked: Asked) -> Found:
    """What is asked, until there is enough of it or the time is over."""
    with connections["default"].cursor() as cursor:
        terms, needles = _terms(cursor, asked)
        # A piece that the index answers roughly is read for: then more are fetched than are wanted.
        wanted = max(asked.limit, SAMPLE if needles else 1)
        ids: list[int] = []
        for candidates, before in _parts(cursor, asked, terms, wanted):
            ids += _holding(candidates, needles, asked)
            if len(ids) >= asked.limit:
                ids = ids[: asked.limit]
                return Found(ids, ids[-1])
            if before is None or time.monotonic() >= asked.until:
                return Found(ids, before)
    return Found(ids, None)


def _parts(cursor: CursorWrapper, asked: Asked, terms: list[str], wanted: int) -> Iterator[tuple[list[int], int | None]]:
    """Candidates part by part, newest first, each with where the next part begins; None: that was the last.

    Where nothing is rare and the first window gave too little, FTS5 may try the whole at once: a million messages take it 10 to
    30 ms then, less than window by window. It begins at the newest message whatever the rowid, so only a first page tries.
    """
    before = asked.before
    may_try = before == ABOVE_ALL and (asked.customers is not None or asked.notes)  # without a block nothing else tells notes apart
    while window := _window(cursor, asked, terms, before):
        candidates = _candidates(cursor, window, wanted)
        before = candidates[-1] if len(candidates) >= wanted else window.low
        if before <= 1 or (window.is_last and before == window.low):
            yield candidates, None
            return
        yield candidates, before
        if may_try and not window.is_sparse:
            may_try = False
            candidates, is_whole = _meanwhile(" AND ".join(terms), before, wanted, asked.until)
            before = candidates[-1] if candidates else before
            yield candidates, None if is_whole and len(candidates) < wanted else before


def _terms(cursor: CursorWrapper, asked: Asked) -> tuple[list[str], list[str]]:
    """FTS5 expressions that a message must all match, and what else must be looked for in its text."""
    terms: dict[str, None] = {}
    needles = []
    if asked.customers is not None:
        letters = "cs" if asked.notes else "c"
        owners = [f"{letter}{customer}" for customer in sorted(asked.customers) for letter in letters]
        terms[f"scope : ({' OR '.join(owners)})"] = None
    for piece in asked.pieces:
        *first, last = piece
        end, is_exact = _end(cursor, last)
        asked_for = [f"text : {_quoted(word)}" for word in first] + [f"text : {end}"]
        room = MOST_TERMS - len(terms)
        terms |= dict.fromkeys(asked_for[-room:] if room > 0 else [])
        if first or not is_exact or room < 1:
            needles.append(needle(piece))
    return list(terms), needles


def _end(cursor: CursorWrapper, word: str) -> tuple[str, bool]:
    """The expression for the last word of a piece, matched from its start; False when it matches others too."""
    if not is_start(word):
        return _quoted(word), True
    if len(word) <= _INDEXED_STARTS:
        return f"{_quoted(word)} *", True
    cursor.execute(_ENDINGS, [word, f"{word}\U0010ffff", MOST_ENDINGS + 1])
    endings = [row[0] for row in cursor.fetchall()]
    if len(endings) <= MOST_ENDINGS:
        return f"({' OR '.join(_quoted(one) for one in endings or [word])})", True
    itself = f"{_quoted(word)} *"
    return (itself, True) if _meanwhile(f"text : {itself}", ABOVE_ALL, 1, time.monotonic() + QUICK)[1] else (f"{_quoted(word[:_INDEXED_STARTS])} *", False)


def _meanwhile(match: str, before: int, limit: int, until: float) -> tuple[list[int], bool]:
    """The newest that match, and whether these are all there are up to `limit`; False when `until` came first.

    SQLite asks the progress handler as it reads; what it has given out by then stands.
    """
    raw = connections["default"].connection
    found: list[int] = []
    raw.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        for row in raw.execute(_NEWEST.replace("%s", "?"), [match, 0, before, limit]):
            found.append(row[0])  # noqa: PERF401  what came before an interruption is kept
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return found, False
    finally:
        raw.set_progress_handler(None, 0)
    return found, True


def _quoted(word: str) -> str:
    return f'"{word}"'  # letters and digits only: nothing in it ends the quotation


class _Window(NamedTuple):
    """The messages of `match` from `low` to below `high`; `is_last`: there is nothing below `low`."""

    match: str
    low: int
    high: int
    is_sparse: bool
    is_last: bool


def _window(cursor: CursorWrapper, asked: Asked, terms: list[str], before: int) -> _Window | None:
    """Where to look next, below `before`; None when one of the terms has no message there.

    Nothing is above the newest message of any term, so the window begins there. It goes down as far as the next few
    messages of the rarest term and then to the start of that block: work is bounded by those seeks, or by a few dense blocks.
    """
    samples = []
    most = max(SAMPLE, SEEKS // len(terms))
    for term in terms:
        cursor.execute(_NEWEST, [term, 0, before, most])
        sample = [row[0] for row in cursor.fetchall()]
        if not sample:
            return None
        before = min(before, sample[0] + 1)
        samples.append((sample, term))
    samples.sort(key=lambda one: (len(one[0]) == most, one[0][-1]))
    rarest = [one for one in samples[0][0] if one < before]
    is_last = len(samples[0][0]) < most
    top = (before - 1) // BLOCK
    blocks = sorted({one // BLOCK for one in rarest} | {top}, reverse=True)
    is_sparse = len(blocks) > 2
    if not is_sparse:  # dense: joining a block takes the longer the more words there are
        blocks = list(range(top, max(-1, top - max(1, DENSE // len(terms))), -1))
        is_last = is_last and blocks[-1] <= (rarest[-1] if rarest else before) // BLOCK
    elif len(blocks) > MOST_BLOCKS:
        blocks, is_last = blocks[:MOST_BLOCKS], False
    letters = "bn" if asked.notes else "b"
    named = " OR ".join(f"{letter}{block}" for block in blocks for letter in letters)
    match = " AND ".join([f"scope : ({named})", *(term for _sample, term in samples)])
    return _Window(match, blocks[-1] * BLOCK, before, is_sparse=is_sparse, is_last=is_last)


def _candidates(cursor: CursorWrapper, window: _Window, wanted: int) -> list[int]:
    """Up to `wanted`, newest first. Where few are to be met they are read upwards: FTS5 seeks twice as fast that way."""
    if window.is_sparse:
        cursor.execute(_OLDEST, [window.match, window.low, window.high, BLOCK * MOST_BLOCKS])
        return [row[0] for row in cursor.fetchall()][::-1][:wanted]
    cursor.execute(_NEWEST, [window.match, window.low, window.high, wanted])
    return [row[0] for row in cursor.fetchall()]


def _holding(ids: list[int], needles: list[str], asked: Asked) -> list[int]:
    if not needles or not ids:
        return ids
    texts = asked.texts(ids)
    straws = ((one, straw(texts.get(one, ""))) for one in ids)
    return [one for one, text in straws if all(wanted in text for wanted in needles)]
