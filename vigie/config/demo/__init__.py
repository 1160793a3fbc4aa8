"""The demonstration: a believable provider, INTROSERV, on an ordinary day. Filled through the verbs, with the clock in the past.

Nothing of it leaves the machine: reactions are off while the past is told, and every address is under `.example` or of a
documentation range.
"""

from datetime import timedelta
from random import Random

from django.conf import settings
from django.db import transaction

from vigie.config import reactions
from vigie.config.terminal import gettext as _
from vigie.config.terminal import say
from vigie.journal import dispatch
from vigie.kernel import clock
from vigie.people.models import User

PASSWORD = "vigie-demo"  # noqa: S105  printed at every start, valid in demo mode's own data alone
SIGN_INS = (
    ("client@demo.example", _("owner of Hôtel Les Embruns")),
    ("client2@demo.example", _("owner of Northwind Analytics")),
    ("agent@demo.example", _("agent, level 1")),
    ("tech@demo.example", _("system administrator, level 3")),
    ("lead@demo.example", _("team lead")),
    ("admin@demo.example", _("administrator")),
)
DAYS = 30
SEED = 20261124


def fill() -> bool:
    """Fill an installation that has only its defaults; whether there was anything to do. Tells the sign-ins each time.

    One transaction: killed in the middle it leaves nothing. Idempotent. Raises RuntimeError outside demo mode, so that
    no real installation ever gets accounts with a published password.
    """
    if not settings.DEMO:
        msg = "the demonstration is filled in demo mode only"
        raise RuntimeError(msg)
    made = not User.objects.filter(email=SIGN_INS[0][0]).exists()
    if made:
        try:
            dispatch.connect({})
            with transaction.atomic():
                _tell()
        finally:
            reactions.connect()
    _say_sign_ins()
    return made


def _tell() -> None:
    from vigie.config.demo import customers, outage, past, staff, today
    from vigie.config.demo.agenda import Agenda

    now, random, agenda = clock.now(), Random(SEED), Agenda()  # noqa: S311  the same demonstration every time
    with clock.held_at(now - timedelta(days=DAYS + 1)):
        crew = staff.open_desk(PASSWORD)
        clients = customers.welcome(crew.admin, PASSWORD)
    past.tell(agenda, crew, list(clients.values()), now=now, random=random)
    outage.tell(agenda, crew, clients, now=now, random=random)
    today.tell(agenda, crew, clients, now=now, random=random)
    agenda.play(now)


def _say_sign_ins() -> None:
    say(_("Demonstration of %(name)s on %(address)s") % {"name": "INTROSERV", "address": settings.SITE_URL})
    say(_("Sign in at %(address)s with the password %(password)s as:") % {
        "address": f"{settings.SITE_URL}/account/login/", "password": PASSWORD,
    })  # fmt: skip
    for address, who in SIGN_INS:
        say(f"  {address:<22}{who}")
