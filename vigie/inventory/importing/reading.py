"""Rows out of a file: CSV, a JSON array or JSON lines, gzipped or not, in the encodings spreadsheets write. Streams."""

import codecs
import csv
import gzip
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple, Self

from django.utils.translation import gettext as _

from vigie.inventory.errors import Unreadable

_BLOCK = 1 << 20
_AHEAD = 1 << 16  # no row is longer: what has not ended by then is a quote or a brace that was never closed
_BOMS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
_NEXT_OBJECT = re.compile(r"\n\s*,?\s*(?=\{)")


class Row(NamedTuple):
    """`line` is the file's line on which the row begins, from 1; `names` are as the file spells them, `values` as they stand."""

    line: int
    names: tuple[str, ...]
    values: Sequence[Any]


class Bad(NamedTuple):
    """A row that could not be read; `reason` is translated."""

    line: int
    reason: str


def row(line: int, fields: Mapping[str, Any]) -> Row:
    """A row of what stands in `fields` by name."""
    return Row(line, tuple(fields), list(fields.values()))


class Source:
    """An open file. `size` and `done` count bytes as they lie on the disk, for a progress bar.

    Raises `Unreadable` when there is nothing in it; OSError as `open` does.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self._raw: IO[bytes] = path.open("rb")
        self._gzipped = self._raw.read(2) == b"\x1f\x8b"
        try:
            self._encoding = self._find_encoding()
        except (EOFError, gzip.BadGzipFile, OSError) as error:
            self._raw.close()
            raise Unreadable(_("The file is damaged: it cannot be unpacked to its end.")) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._raw.close()

    @property
    def done(self) -> int:
        return self._raw.tell()

    def rows(self) -> Iterator[Row | Bad]:
        """Every row once, in order. What cannot be read is a `Bad`, and reading goes on behind it."""
        text = io.TextIOWrapper(self._bytes(), self._encoding, errors="replace", newline="")
        try:
            start = text.read(_AHEAD)
            first = start.lstrip("\ufeff \t\r\n")[:1]
            if not first:
                raise Unreadable(_("The file is empty."))
            yield from _json(text, start) if first in "[{" else _csv(text, start)
        finally:
            if not self._raw.closed:
                text.detach()

    def _bytes(self) -> IO[bytes]:
        self._raw.seek(0)
        return gzip.open(self._raw) if self._gzipped else self._raw  # type: ignore[return-value]

    def _find_encoding(self) -> str:
        """A byte order mark decides; else UTF-8 if all of it is, else Windows-1252, as a French Excel writes CSV."""
        content = self._bytes()
        block = content.read(_BLOCK)
        for mark, name in _BOMS:
            if block.startswith(mark):
                return name
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block:
                decoder.decode(block)
                block = content.read(_BLOCK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
        return "utf-8"


class _Lines:
    """The lines of a stream whose start was read already."""

    def __init__(self, text: io.TextIOWrapper, start: str) -> None:
        self._text = text
        self._start = io.StringIO(start + text.readline(), newline="")

    def __iter__(self) -> Iterator[str]:
        yield from self._start
        yield from self._text


def _csv(text: io.TextIOWrapper, start: str) -> Iterator[Row | Bad]:
    lines = iter(_Lines(text, start.lstrip("\ufeff")))
    before = 0
    header = next(lines)
    while not header.strip() or header.lower().startswith("sep="):
        before += 1
        header = next(lines, "x")
    delimiter = max(";\t,|", key=header.count)
    names = tuple(name.strip() for name in next(csv.reader([header], delimiter=delimiter)))
    before += 1
    limit = csv.field_size_limit(_AHEAD // 4)
    try:
        reader = csv.reader(lines, delimiter=delimiter)
        line = before + 1
        while True:
            try:
                for fields in reader:
                    if len(fields) == len(names):
                        yield Row(line, names, fields)
                    elif any(field.strip() for field in fields):
                        yield _fitted(line, names, fields)
                    line = before + reader.line_num + 1
            except csv.Error:
                last = before + reader.line_num
                yield Bad(
                    line,
                    _("A quotation mark opened here is not closed: lines %(first)d to %(last)d were not read.")
                    % {"first": line, "last": last},
                )
                line = last + 1
            else:
                return
    finally:
        csv.field_size_limit(limit)


def _fitted(line: int, names: tuple[str, ...], fields: list[str]) -> Row | Bad:
    """Spreadsheets end rows with empty cells that no column names; any other difference may have shifted the row."""
    if len(fields) > len(names) and not any(field.strip() for field in fields[len(names) :]):
        return Row(line, names, fields[: len(names)])
    return Bad(
        line,
        _("The row has %(found)d fields, the header %(expected)d.") % {"found": len(fields), "expected": len(names)},
    )


def _json(text: io.TextIOWrapper, buffer: str) -> Iterator[Row | Bad]:
    """Objects one after the other, whatever stands between them: an array and JSON lines are read alike."""
    decode = json.JSONDecoder().raw_decode
    place, line, ended = 0, 1, False
    buffer = buffer.lstrip("\ufeff")
    between = re.compile(r"[\s,\[\]]*")
    while True:
        if not ended and len(buffer) - place < _AHEAD:
            more = text.read(_BLOCK)
            ended = not more
            buffer, place = buffer[place:] + more, 0
        gap = between.match(buffer, place)
        end = gap.end() if gap else place
        line += buffer.count("\n", place, end)
        place = end
        if place == len(buffer):
            if ended:
                return
            continue
        if not ended and len(buffer) - place < _AHEAD:
            continue
        try:
            value, end = decode(buffer, place)
        except (ValueError, RecursionError):
            yield Bad(line, _("This is not a JSON object."))
            skipped = _NEXT_OBJECT.search(buffer, place)
            end = skipped.end() if skipped else len(buffer)
        else:
            yield row(line, value) if isinstance(value, dict) else Bad(line, _("This is not a JSON object."))
        line += buffer.count("\n", place, end)
        place = end
