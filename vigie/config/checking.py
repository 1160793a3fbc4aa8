"""What `vigie check` looks at. Each look yields findings; none of them changes anything."""

import os
import socket
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection

from vigie.config import database, processes, proxies, storage
from vigie.config.terminal import gettext as _
from vigie.config.terminal import ngettext
from vigie.inventory import actions
from vigie.people.models import Role, User

GOOD, ADVICE, WRONG = "✓", "·", "✗"
PATIENCE = 5.0  # seconds for a server to answer
DEMO_ADDRESSES = "@demo.example"
KEY = 40  # characters a secret key needs
SCREENED = {"security.W004", "security.W008", "security.W012", "security.W016", "security.W021"}  # follow from SITE_URL


@dataclass(frozen=True, slots=True)
class Finding:
    mark: str
    text: str


def look() -> list[Finding]:
    """Every finding, in the order a person would mend them."""
    return [*_folder(), *_key(), *_database(), *_files(), *_site(), *_accounts(), *_proxies(), *_redis(), *_smtp(), *_actions(), *_django()]


def _folder() -> Iterator[Finding]:
    folder = settings.DATA_DIR
    if not folder.is_dir():
        yield Finding(WRONG, _("The data folder %(path)s does not exist.") % {"path": folder})
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(WRONG, _("The data folder %(path)s cannot be written by this user.") % {"path": folder})
        return
    loose = stat.S_IMODE(folder.stat().st_mode) & 0o077
    if loose:
        yield Finding(WRONG, _("Others on this machine may look into %(path)s: run “chmod 700” on it.") % {"path": folder})
    else:
        yield Finding(GOOD, _("The data folder %(path)s can be written, and by this user alone.") % {"path": folder})
    space = os.statvfs(folder)
    free = space.f_bavail * space.f_frsize // 1024**3
    if free < 1:
        yield Finding(WRONG, _("Less than 1 GB is free where the data lies."))


def _key() -> Iterator[Finding]:
    key, path = settings.SECRET_KEY, settings.DATA_DIR / "secret-key"
    if len(key) < KEY or len(set(key)) < 12:
        yield Finding(WRONG, _("The secret key is too weak: use 50 random characters, or leave VIGIE_SECRET_KEY out."))
    elif path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(WRONG, _("Others on this machine may read the secret key: run “chmod 600” on %(path)s.") % {"path": path})
    else:
        yield Finding(GOOD, _("The secret key is strong and kept to this user."))


def _database() -> Iterator[Finding]:
    try:
        missing = database.unapplied()
    except DatabaseError as problem:
        yield Finding(WRONG, _("The database does not answer: %(reason)s") % {"reason": str(problem).strip()})
        return
    if missing:
        text = ngettext(
            "The database lacks %(count)d migration: run “vigie manage migrate” first.",
            "The database lacks %(count)d migrations: run “vigie manage migrate” first.",
            missing,
        )
        yield Finding(WRONG, text % {"count": missing})
    else:
        yield Finding(GOOD, _("The database answers and is up to date (%(kind)s).") % {"kind": connection.display_name})
    if connection.vendor == "sqlite" and settings.REDIS_URL:
        yield Finding(ADVICE, _("Redis is set, but the database is SQLite: several machines need PostgreSQL."))


def _files() -> Iterator[Finding]:
    """A bucket is asked for a name nobody has: that needs the right address, key, region and bucket."""
    if not settings.STORAGE_URL:
        return
    if storage.lacks_extra(settings.STORAGE_URL):
        yield Finding(WRONG, _("VIGIE_STORAGE_URL needs the extra “s3”: pip install “vigie[s3]”."))
        return
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        default_storage.exists("vigie-check")
    except (BotoCoreError, ClientError) as problem:
        yield Finding(WRONG, _("The bucket for files does not answer: %(reason)s") % {"reason": problem})
    else:
        yield Finding(GOOD, _("The bucket for files answers."))


def _accounts() -> Iterator[Finding]:
    try:
        accounts = User.objects.filter(is_active=True)
        known = accounts.filter(email__endswith=DEMO_ADDRESSES).count()
        headless = not accounts.filter(role=Role.ADMIN).exists()
    except DatabaseError:
        return  # told already
    if known and not settings.DEMO:
        text = ngettext(
            "%(count)d account of the demonstration can sign in, with a published password: deactivate it.",
            "%(count)d accounts of the demonstration can sign in, with published passwords: deactivate them.",
            known,
        )
        yield Finding(WRONG, text % {"count": known})
    if headless:
        yield Finding(ADVICE, _("There is no administrator yet: run “vigie user create --role admin”."))


def _site() -> Iterator[Finding]:
    site = urlsplit(settings.SITE_URL)
    name = site.hostname or ""
    local = name == "localhost" or proxies.is_loopback(name)
    if settings.DEMO and not local:
        yield Finding(WRONG, _("This is the demonstration, with known passwords: do not publish it."))
    if settings.DEMO and not proxies.is_loopback(settings.HOST):
        yield Finding(WRONG, _("The demonstration, with known passwords, listens on %(host)s: anybody may come.") % {"host": settings.HOST})
    if local:
        yield Finding(ADVICE, _("VIGIE_SITE_URL is %(url)s: links in mails work on this machine only.") % {"url": settings.SITE_URL})
    elif site.scheme != "https":
        yield Finding(WRONG, _("VIGIE_SITE_URL is not https: passwords would travel in the open."))
    if not local and not any(_covers(pattern, name) for pattern in settings.ALLOWED_HOSTS):
        yield Finding(WRONG, _("VIGIE_ALLOWED_HOSTS does not name %(name)s: every page would be refused.") % {"name": name})
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding(WRONG, _("VIGIE_ALLOWED_HOSTS allows every name: links in mails could be forged."))


def _covers(pattern: str, name: str) -> bool:
    return pattern in {"*", name} or (pattern.startswith(".") and (name.endswith(pattern) or name == pattern[1:]))


def _proxies() -> Iterator[Finding]:
    try:
        trusted = proxies.networks(settings.TRUSTED_PROXIES)
    except ValueError as problem:
        yield Finding(WRONG, _("VIGIE_TRUSTED_PROXIES cannot be read: %(reason)s") % {"reason": problem})
        return
    if any(network.prefixlen == 0 for network in trusted):
        yield Finding(WRONG, _("VIGIE_TRUSTED_PROXIES trusts everybody: anyone could pose as any address."))
    if settings.HTTPS and not trusted:
        yield Finding(WRONG, _("The site is https, but no proxy is trusted: set VIGIE_TRUSTED_PROXIES to your proxy’s address."))


def _redis() -> Iterator[Finding]:
    if not settings.REDIS_URL:
        if connection.vendor == "postgresql":
            yield Finding(ADVICE, _("Without VIGIE_REDIS_URL, live updates between processes take up to a second."))
            several = processes.web_processes()
            if several > 1:
                text = _("%(count)d web processes run without VIGIE_REDIS_URL: who is present is not told between them.")
                yield Finding(WRONG, text % {"count": several})
        return
    import redis

    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE) as there:
            there.ping()
    except (redis.RedisError, ValueError) as problem:
        yield Finding(WRONG, _("Redis does not answer: %(reason)s") % {"reason": problem})
    else:
        yield Finding(GOOD, _("Redis answers."))


def _smtp() -> Iterator[Finding]:
    if not settings.SMTP_URL:
        yield Finding(ADVICE, _("No mail server is set (VIGIE_SMTP_URL): mails stay in the outbox of the console."))
        return
    server = urlsplit(settings.SMTP_URL)
    port = server.port or {"smtps": 465, "smtp": 25}.get(server.scheme, 587)
    try:
        socket.create_connection((server.hostname or "", port), timeout=PATIENCE).close()
    except OSError as problem:
        where = f"{server.hostname}:{port}"
        yield Finding(WRONG, _("The mail server %(where)s does not answer: %(reason)s") % {"where": where, "reason": problem})
    else:
        yield Finding(GOOD, _("The mail server answers."))


def _actions() -> Iterator[Finding]:
    yield from (Finding(WRONG, problem) for problem in actions.problems())
    if settings.ACTIONS_FILE and not actions.problems():
        yield Finding(GOOD, _("The guarded actions are declared and have their keys."))


def _django() -> Iterator[Finding]:
    """Django's own checks for production, without those that follow from VIGIE_SITE_URL, which is looked at above."""
    for message in checks.run_checks(include_deployment_checks=True):
        if message.id not in SCREENED and message.level >= checks.WARNING and not message.is_silenced():
            mark = WRONG if message.level >= checks.ERROR else ADVICE
            yield Finding(mark, f"{message.msg} ({message.id})")
