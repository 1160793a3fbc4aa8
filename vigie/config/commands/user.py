"""`vigie user create`: the first administrator, or anybody else of the staff, from the shell."""

import argparse
import sys

from vigie.config import command
from vigie.config.terminal import Refused, complain, gettext_noop, say
from vigie.config.terminal import gettext as _

ABOUT = gettext_noop("Let somebody work here: the first administrator")
ROLES = ("agent", "lead", "admin")


def configure(parser: argparse.ArgumentParser) -> None:
    command.with_data(parser)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="create")
    create = verbs.add_parser("create", help=_("print a link that lets somebody in, once and for a week"))
    create.add_argument("--email", required=True, help=_("the address they sign in with"))
    create.add_argument("--role", choices=ROLES, required=True, help=_("agent, lead or admin"))
    create.add_argument("--name", default="", help=_("their name; without it, what stands before the @"))
    create.add_argument("--language", choices=["fr", "en"], default="fr", help=_("their language"))
    create.add_argument(
        "--password-stdin", action="store_true", help=_("read a password from standard input instead: they may sign in at once")
    )


def run(args: argparse.Namespace) -> int:
    """Print the link alone on standard output; the rest goes to standard error. The link is mailed too, where mail leaves."""
    command.stand_up()

    from django.conf import settings
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.urls import reverse

    from vigie.config import database
    from vigie.people import inviting, staff
    from vigie.people.access import OPERATOR
    from vigie.people.errors import PeopleError

    database.prepare()
    name = args.name or args.email.partition("@")[0]
    try:
        if args.password_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
            validate_password(password)
            user = staff.create(
                viewer=OPERATOR, email=args.email, name=name, role=args.role, language=args.language, password=password
            )  # fmt: skip
            complain(_("%(email)s may sign in.") % {"email": user.email})
            return 0
        invitation = inviting.invite_staff(
            viewer=OPERATOR, email=args.email, role=args.role, name=name, language=args.language
        )  # fmt: skip
    except PeopleError as problem:
        raise Refused(str(problem)) from problem
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from problem
    complain(_("Whoever opens this link becomes %(role)s as %(email)s: once, within a week.") % {
        "role": args.role, "email": invitation.email,
    })  # fmt: skip
    say(settings.SITE_URL + reverse("invitation", args=[inviting.secret_of(invitation)]))
    return 0
