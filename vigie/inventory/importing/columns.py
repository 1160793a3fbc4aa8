"""The columns of an import: what they are called, and what may stand in them. docs/importing.md lists them for people."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext as _

from vigie.inventory.errors import RowRefused
from vigie.inventory.models import ServiceState
from vigie.inventory.parsing import Range, range_of

SERVICE = {
    "order_number": ("order", "numero_de_commande", "commande", "no_commande"),
    "customer": ("customer_reference", "customer_number", "client", "reference_client", "numero_de_client"),
    "name": ("service", "service_name", "nom", "nom_du_service"),
    "product": ("produit", "offre"),
    "site": ("data_centre", "data_center", "datacenter", "centre_de_donnees"),
    "room": ("salle",),
    "rack": ("baie",),
    "node": ("noeud", "hyperviseur", "hypervisor"),
    "state": ("status", "etat", "statut"),
    "addresses": (
        "address",
        "ip",
        "ips",
        "ip_addresses",
        "prefixes",
        "adresses",
        "adresse",
        "adresse_ip",
        "adresses_ip",
    ),
}
CUSTOMER = {
    "reference": ("customer_number", "customer_reference", "numero_de_client", "client"),
    "name": ("customer", "company", "nom", "societe"),
    "registered_address": ("email", "e_mail", "mail", "login", "adresse_enregistree", "courriel", "adresse_e_mail"),
    "language": ("lang", "langue"),
    "timezone": ("time_zone", "zone", "fuseau", "fuseau_horaire"),
    "plan": ("offre", "formule"),
    "since": ("customer_since", "client_depuis", "depuis"),
    "is_active": ("active", "actif"),
}

TEXTS = ("name", "product", "site", "room", "rack", "node", "state")

_PARTED = str.maketrans(",;|", "   ")
CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffd\ud800-\udfff]")
_MOST_ADDRESSES = 1000


class GivenService(NamedTuple):
    """What a row says of a service; what it does not say is None, in `texts` too, which stand in the order of `TEXTS`."""

    order_number: str
    customer: str | None
    texts: tuple[str | None, ...]
    ranges: Mapping[str, Range] | None

    @property
    def key(self) -> str:
        return self.order_number


class GivenCustomer(NamedTuple):
    """What a row says of a customer; what it does not say is absent from `values`."""

    reference: str
    values: dict[str, Any]

    @property
    def key(self) -> str:
        return self.reference


def key(name: str) -> str:
    """A column's name without case, accents, blanks and punctuation: `Numéro de commande` is `numero_de_commande`."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "oe")).casefold()
    return re.sub(r"[^a-z0-9]+", "_", "".join(one for one in plain if not unicodedata.combining(one))).strip("_")


def known(columns: Mapping[str, tuple[str, ...]], name: str) -> str | None:
    """The column that `name` stands for, in English or French."""
    plain = key(name)
    return plain if plain in columns else next((column for column, also in columns.items() if plain in also), None)


def service(fields: Mapping[str, Any]) -> GivenService:
    """Read one row whose keys are columns of `SERVICE`. Raises `RowRefused` with the reason."""
    plain = {name: _text(fields, name, SERVICE_LENGTHS[name]) for name in fields if name != "addresses"}
    number = plain.get("order_number", "").removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) <= 20):
        raise RowRefused(_("“%(value)s” is not an order number: digits only, as in #123456.") % {"value": number})
    if plain.get("name") == "":
        raise RowRefused(_("The name is missing."))
    if "state" in plain:
        plain["state"] = state(plain["state"])
    found = ranges(fields["addresses"]) if "addresses" in fields else None
    return GivenService(number, plain.get("customer"), tuple(map(plain.get, TEXTS)), found)


def customer(fields: Mapping[str, Any]) -> GivenCustomer:
    """Read one row whose keys are columns of `CUSTOMER`. Raises `RowRefused` with the reason."""
    reference = _text(fields, "reference", 64)
    if not reference:
        raise RowRefused(_("The customer number is missing."))
    if "@" in reference:
        raise RowRefused(_("A customer number holds no @: it would be taken for an e-mail address."))
    given = GivenCustomer(reference, {})
    for name, read in _CUSTOMER_FIELDS.items():
        if name in fields:
            given.values[name] = read(flat(fields[name]) if name == "is_active" else _text(fields, name, 254))
    return given


def flat(value: Any) -> str:
    """A scalar as text. JSON has numbers and booleans where CSV has text."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, (bool, int)):
        return str(value).lower()
    raise RowRefused(_("A list, an object or a fraction stands where a text belongs."))


def _text(fields: Mapping[str, Any], name: str, longest: int) -> str:
    text = flat(fields.get(name))
    if len(text) > longest:
        raise RowRefused(_("%(column)s is longer than %(count)d characters.") % {"column": name, "count": longest})
    if CONTROL.search(text):
        raise RowRefused(
            _("%(column)s holds a character that is no text (a line break, a control character, a damaged letter).")
            % {"column": name}
        )
    return text


@cache
def _states() -> dict[str, str]:
    found = {"": str(ServiceState.ACTIVE.value), **{str(state.value): str(state.value) for state in ServiceState}}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.update({key(str(state.label)): str(state.value) for state in ServiceState})
    return found


def state(text: str) -> str:
    """The state that `text` names, as it is stored or as people read it in either language."""
    states = _states()
    found = states.get(text) or states.get(key(text))
    if found is None:
        allowed = ", ".join(ServiceState.values)
        raise RowRefused(_("“%(value)s” is not a state; one of: %(allowed)s.") % {"value": text, "allowed": allowed})
    return found


def ranges(value: Any) -> dict[str, Range]:
    """Addresses and prefixes by their canonical text; a text parted by blanks or punctuation, or a list of texts."""
    if isinstance(value, str):
        parts = value.translate(_PARTED).split()
    elif value is None:
        parts = []
    elif isinstance(value, list) and all(isinstance(part, str) for part in value):
        parts = [part for part in value if part]
    else:
        raise RowRefused(_("Addresses are a text or a list of texts."))
    if len(parts) > _MOST_ADDRESSES:
        raise RowRefused(_("A service holds at most %(count)d addresses and prefixes.") % {"count": _MOST_ADDRESSES})
    found = {}
    for part in parts:
        try:
            one = range_of(part)
        except ValueError as error:
            raise RowRefused(_("“%(value)s” is neither an IP address nor a prefix.") % {"value": part[:60]}) from error
        found[one[0]] = one
    return found


def _limited(longest: int, *, needed: bool = False) -> Callable[[str], str]:
    def read(text: str) -> str:
        if needed and not text:
            raise RowRefused(_("The name is missing."))
        if len(text) > longest:
            raise RowRefused(
                _("“%(value)s…” is longer than %(count)d characters.") % {"value": text[:20], "count": longest}
            )
        return text

    return read


def _address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise RowRefused(_("“%(value)s” is not an e-mail address.") % {"value": text}) from error
    return text.lower()


def _language(text: str) -> str:
    code = text.lower().replace("_", "-").partition("-")[0] or settings.LANGUAGE_CODE
    if code not in dict(settings.LANGUAGES):
        raise RowRefused(_("“%(value)s” is not a language of Vigie: fr or en.") % {"value": text})
    return code


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(text: str) -> str:
    if text and text not in _zones():
        raise RowRefused(_("“%(value)s” is not a time zone, as in Europe/Paris.") % {"value": text})
    return text or settings.TIME_ZONE


def _day(text: str) -> date | None:
    if not text:
        return None
    french = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text)
    try:
        return date(int(french[3]), int(french[2]), int(french[1])) if french else date.fromisoformat(text)
    except ValueError as error:
        raise RowRefused(_("“%(value)s” is not a date, as in 2026-11-24 or 24/11/2026.") % {"value": text}) from error


def _flag(text: str) -> bool:
    if text.lower() in {"", "1", "true", "yes", "oui", "vrai"}:
        return True
    if text.lower() in {"0", "false", "no", "non", "faux"}:
        return False
    raise RowRefused(_("“%(value)s” is neither yes nor no.") % {"value": text})


SERVICE_LENGTHS = {
    "order_number": 21,
    "customer": 254,
    "name": 120,
    "product": 120,
    "site": 80,
    "room": 40,
    "rack": 40,
    "node": 80,
    "state": 40,
}
_CUSTOMER_FIELDS: dict[str, Callable[[str], Any]] = {
    "name": _limited(200, needed=True),
    "registered_address": _address,
    "language": _language,
    "timezone": _zone,
    "plan": _limited(80),
    "since": _day,
    "is_active": _flag,
}
