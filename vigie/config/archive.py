"""An archive of the whole installation: `manifest.json`, the database, the files, the secret key."""

import gzip
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from vigie import __version__
from vigie.config.terminal import Refused
from vigie.config.terminal import gettext as _
from vigie.kernel import clock

FORMAT = 1
SQLITE, POSTGRES = "vigie.sqlite3", "vigie.pgdump"


def write(target: Path) -> int:
    """Write the archive and return its size in bytes.

    The database first, then the files: a file that came meanwhile is more than needed, never less. Raises Refused.
    """
    if target.exists():
        raise Refused(_("%(file)s exists already") % {"file": target})
    part = target.with_name(target.name + ".part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as problem:
        raise Refused(f"{part}: {problem.strerror}") from problem
    try:
        with (
            tempfile.TemporaryDirectory(dir=target.parent, prefix=".vigie-") as scratch,
            os.fdopen(descriptor, "wb") as file,
        ):
            dump = _dump(Path(scratch))
            manifest = {
                "format": FORMAT, "vigie": __version__, "at": clock.now().isoformat(), "database": dump.name,
                "files": "bucket" if settings.STORAGE_URL else "archive",
            }  # fmt: skip
            with (
                gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, filename="") as packed,
                tarfile.open(fileobj=packed, mode="w") as tar,
            ):
                _add_bytes(tar, "manifest.json", json.dumps(manifest).encode())
                _add_bytes(tar, "secret-key", settings.SECRET_KEY.encode())
                tar.add(dump, arcname=dump.name)
                if settings.MEDIA_ROOT.is_dir() and not settings.STORAGE_URL:
                    tar.add(settings.MEDIA_ROOT, arcname="files")
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def read(source: Path, *, replace: bool) -> None:
    """Put the archive's content in place, the database first. What stands there goes only once its successor is whole and on
    the same disk; a bucket is left alone. Raises Refused.
    """
    folder: Path = settings.DATA_DIR
    if _has_data() and not replace:
        raise Refused(_("there is data in place already: give --replace to lose it"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as scratch:
        place = Path(scratch)
        try:
            with tarfile.open(source, "r:gz") as tar:
                tar.extractall(place, filter="data")
            manifest = json.loads((place / "manifest.json").read_text())
        except (OSError, tarfile.TarError, ValueError, EOFError) as problem:
            raise Refused(_("%(file)s is no whole archive of Vigie: %(reason)s") % {"file": source, "reason": problem}) from problem
        wanted = SQLITE if connection.vendor == "sqlite" else POSTGRES
        if manifest.get("format") != FORMAT or manifest.get("database") != wanted:
            raise Refused(_("the archive was written on another kind of database (%(kind)s)") % {"kind": manifest.get("database")})
        _load(place / wanted)
        if manifest.get("files") != "bucket":
            if settings.MEDIA_ROOT.is_dir():
                settings.MEDIA_ROOT.rename(place / "before")
            if (place / "files").is_dir():
                (place / "files").rename(settings.MEDIA_ROOT)
        key = folder / "secret-key"
        (place / "secret-key").chmod(0o600)
        (place / "secret-key").replace(key)


def _has_data() -> bool:
    """Whether there is a database with tables in it, or a file."""
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        filled = name.exists() and name.stat().st_size > 0
    else:
        filled = bool(connection.introspection.table_names())
    return filled or (settings.MEDIA_ROOT.is_dir() and any(settings.MEDIA_ROOT.iterdir()))


def _dump(scratch: Path) -> Path:
    """A consistent copy of the database, taken while others write."""
    if connection.vendor == "sqlite":
        copy = scratch / SQLITE
        connection.ensure_connection()
        with closing(sqlite3.connect(copy)) as into:
            connection.connection.backup(into, pages=2000, sleep=0.01)
        return copy
    copy = scratch / POSTGRES
    _postgres(["pg_dump", "--format=custom", "--no-owner", f"--file={copy}"])
    return copy


def _load(dump: Path) -> None:
    connections.close_all()
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        for leftover in (Path(f"{name}-wal"), Path(f"{name}-shm")):
            leftover.unlink(missing_ok=True)
        dump.chmod(0o600)
        shutil.move(dump, name)
        return
    _postgres(["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--dbname", "", str(dump)])


def _postgres(words: list[str]) -> None:
    """Run a PostgreSQL tool on the configured database; the password goes by the environment."""
    given = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = {**os.environ, **{name: str(given[key]) for name, key in names.items() if given[key]}}
    words = [str(given["NAME"]) if word == "" else word for word in words]
    try:
        subprocess.run(words, env=environment, check=True, capture_output=True)  # noqa: S603  fixed words, no shell
    except FileNotFoundError as problem:
        raise Refused(_("%(tool)s is not installed") % {"tool": words[0]}) from problem
    except subprocess.CalledProcessError as problem:
        raise Refused(f"{words[0]}: {problem.stderr.decode(errors='replace').strip()}") from problem


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = 0o600
    entry.mtime = int(clock.now().timestamp())
    tar.addfile(entry, io.BytesIO(content))
