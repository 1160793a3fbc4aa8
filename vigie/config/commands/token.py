"""`vigie token create`: an API token that acts as a person, shown once."""

import argparse

from vigie.config import command
from vigie.config.terminal import Refused, gettext_noop, say
from vigie.config.terminal import gettext as _

ABOUT = gettext_noop("Make an API token")


def configure(parser: argparse.ArgumentParser) -> None:
    command.with_data(parser)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="create")
    create = verbs.add_parser("create", help=_("make a token and print its secret once"))
    create.add_argument("--user", dest="email", required=True, metavar="EMAIL", help=_("the person it acts as"))
    create.add_argument("--scope", action="extend", nargs="+", default=[], required=True, metavar="SCOPE", help=_("what it may do; may be repeated"))
    create.add_argument("--name", default="", help=_("what it is for"))
    create.add_argument("--days", type=int, help=_("days until it ends; without it, it does not end"))


def run(args: argparse.Namespace) -> int:
    """Print the secret and nothing else, so that it can be piped."""
    command.stand_up()

    from datetime import timedelta

    from vigie.kernel import clock
    from vigie.people import tokens
    from vigie.people.access import OPERATOR
    from vigie.people.errors import PeopleError
    from vigie.people.models import User

    user = User.objects.filter(email=args.email.strip().lower()).first()
    if user is None:
        raise Refused(_("nobody signs in as %(email)s") % {"email": args.email})
    scopes = [scope for given in args.scope for scope in given.replace(",", " ").split()]
    ends = clock.now() + timedelta(days=args.days) if args.days else None
    try:
        _token, secret = tokens.create(
            viewer=OPERATOR, user=user, scopes=scopes, name=args.name, expires_at=ends
        )  # fmt: skip
    except PeopleError as problem:
        raise Refused(str(problem)) from problem
    say(secret)
    return 0
