"""The guarded actions an installation declares: a TOML file named by VIGIE_ACTIONS. docs/actions.md shows one."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vigie.inventory.errors import ActionsBroken
from vigie.inventory.models import Service, ServiceState
from vigie.people.models import Role
from vigie.people.models.user import STAFF

METHODS = ("POST", "PUT", "PATCH", "DELETE")
PLACEHOLDERS = ("order_number", "name", "product", "site", "room", "rack", "node", "customer")
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_HOLE = re.compile(r"\{([^{}]*)\}")
_TEXTS = ("name_fr", "name_en", "confirm_fr", "confirm_en", "url", "secret")
_LONGEST_WAIT = 60
_LIVING = tuple(state for state in ServiceState.values if state != ServiceState.ENDED)


@dataclass(frozen=True, slots=True)
class Action:
    """One declared action. `secret` is the name of the environment variable that holds the HMAC key; `timeout` in seconds."""

    code: str
    name_fr: str
    name_en: str
    confirm_fr: str
    confirm_en: str
    url: str
    secret: str
    method: str = "POST"
    roles: tuple[str, ...] = tuple(STAFF)
    states: tuple[str, ...] = _LIVING
    timeout: float = 10.0

    @property
    def name(self) -> str:
        """In the active language, French where another is asked."""
        return self.name_en if get_language() == "en" else self.name_fr

    @property
    def confirm(self) -> str:
        """The question put to the agent before it is done."""
        return self.confirm_en if get_language() == "en" else self.confirm_fr

    def url_for(self, service: Service) -> str:
        """The URL with its `{...}` filled in, each value escaped whole: it cannot leave its place in the path."""
        values = {name: str(getattr(service, name)) for name in PLACEHOLDERS if name != "customer"}
        values["customer"] = service.customer.reference
        return _HOLE.sub(lambda hole: quote(values[hole[1]], safe="").replace(".", "%2E"), self.url)


def declared() -> dict[str, Action]:
    """Every declared action by code, in the order of the file; none without a file. Raises `ActionsBroken`."""
    if not settings.ACTIONS_FILE:
        return {}
    path = Path(settings.ACTIONS_FILE)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise ActionsBroken(f"{path}: {error.strerror or error}") from error


def problems() -> list[str]:
    """What `vigie check` has to say: what is wrong with the file, and keys that are missing from the environment or short."""
    try:
        actions = declared()
    except ActionsBroken as error:
        return [str(error)]
    missing = _("action %(code)s: the variable %(name)s is not set or is shorter than 16 characters.")
    return [
        missing % {"code": action.code, "name": action.secret}
        for action in actions.values()
        if len(os.environ.get(action.secret, "")) < 16
    ]


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> dict[str, Action]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ActionsBroken(f"{path}: {error}") from error
    return {code: _action(path, code, table) for code, table in tables.items()}


def _action(path: Path, code: str, table: Any) -> Action:
    def broken(reason: str) -> ActionsBroken:
        return ActionsBroken(f"{path}: [{code}] {reason}")

    if not _CODE.fullmatch(code) or not isinstance(table, Mapping):
        raise broken(_("A table’s name is the action’s code: small letters, digits, hyphens."))
    for name in _TEXTS:
        if not isinstance(table.get(name), str) or not table[name].strip():
            raise broken(_("%(name)s is missing.") % {"name": name})
    if unknown := table.keys() - {*_TEXTS, "method", "roles", "states", "timeout"}:
        raise broken(_("%(name)s is not known.") % {"name": ", ".join(sorted(unknown))})
    method, timeout = table.get("method", "POST"), table.get("timeout", 10)
    if method not in METHODS:
        raise broken(_("method is one of %(allowed)s.") % {"allowed": ", ".join(METHODS)})
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout <= _LONGEST_WAIT:
        raise broken(_("timeout is a number of seconds, at most %(most)d.") % {"most": _LONGEST_WAIT})
    roles = _some(table.get("roles", list(STAFF)), [str(role) for role in (Role.AGENT, Role.LEAD, Role.ADMIN)])
    states = _some(table.get("states", list(_LIVING)), ServiceState.values)
    if roles is None or states is None:
        raise broken(_("roles are agent, lead, admin; states those of a service; neither list is empty."))
    _check_url(table["url"], broken)
    texts = {name: str(table[name]).strip() for name in _TEXTS}
    return Action(code=code, method=str(method), timeout=float(timeout), roles=roles, states=states, **texts)


def _some(value: Any, allowed: list[str]) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not value or any(one not in allowed for one in value):
        return None
    return tuple(str(one) for one in value)


def _check_url(url: str, broken: Any) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or _HOLE.search(parts.netloc):
        raise broken(_("url begins with https:// and a fixed host."))
    if parts.scheme == "http" and not {parts.hostname, parts.netloc} & set(settings.ALLOW_PRIVATE_HOSTS):
        raise broken(_("url is https; http only to a host of VIGIE_ALLOW_PRIVATE_HOSTS."))
    for hole in _HOLE.findall(url):
        if hole not in PLACEHOLDERS:
            allowed = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise broken(_("url may hold %(allowed)s; not {%(hole)s}.") % {"allowed": allowed, "hole": hole})
