"""`vigie token create`: an API token, printed once."""

import argparse

from vigie.config import command
from vigie.config.terminal import Refused, say
from vigie.config.terminal import gettext as _

ABOUT = "Create API tokens"


def configure(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", required=True, metavar=_("action"))
    create = deeds.add_parser("create", help=_("create a token and print it, once"))
    command.with_data(create)
    create.add_argument("--user", required=True, metavar="EMAIL", help=_("the member of staff the token acts as"))
    create.add_argument("--scope", required=True, nargs="+", action="extend", help=_("what the token may do"))
    create.add_argument("--name", default="", help=_("to recognise it in the list"))


def run(args: argparse.Namespace) -> int:
    """Print the secret alone on standard output, so that a script may read it."""
    command.stand_up()

    from vigie.config import database
    from vigie.people import tokens
    from vigie.people.access import OPERATOR
    from vigie.people.errors import PeopleError
    from vigie.people.models import User

    database.require_migrated()
    user = User.objects.filter(email=args.user.strip().lower()).first()
    if user is None:
        raise Refused(_("nobody has the address {address}").format(address=args.user))
    try:
        _token, secret = tokens.create(viewer=OPERATOR, user=user, scopes=args.scope, name=args.name)
    except PeopleError as refusal:
        raise Refused(str(refusal)) from refusal
    say(secret)
    return 0
