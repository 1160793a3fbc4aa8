"""One to five stars from the customer at the end."""

from datetime import timedelta

from vigie.journal.models import Audience
from vigie.kernel import clock
from vigie.kernel.rows import storable
from vigie.people.access import Viewer
from vigie.tickets.changing import changing, customer_of, tell
from vigie.tickets.errors import EarlyRatingError, RatingClosedError, ScoreError
from vigie.tickets.models import State, Ticket

CHANGEABLE = timedelta(days=1)
LONGEST_COMMENT = 2000


def rate(*, viewer: Viewer, ticket: Ticket, score: int, comment: str = "") -> Ticket:
    """Rate a solved or closed ticket, once; for a day it may be changed. `scored_at` stays that of the first rating.

    Raises NotAllowedError (staff never rate), ScoreError, EarlyRatingError, RatingClosedError.
    """
    now = clock.now()
    by = customer_of(viewer, ticket)
    if not 1 <= score <= 5:
        raise ScoreError
    comment = storable(comment.strip())[:LONGEST_COMMENT]
    with changing(ticket) as fresh:
        if fresh.state not in {State.SOLVED, State.CLOSED}:
            raise EarlyRatingError
        if (fresh.score, fresh.score_comment) == (score, comment):
            return ticket
        if fresh.scored_at is not None and now > fresh.scored_at + CHANGEABLE:
            raise RatingClosedError
        fresh.score, fresh.score_comment = score, comment
        fresh.scored_at = fresh.scored_at or now
        tell("ticket.rated", fresh, at=now, audience=Audience.CUSTOMER, by=by, data={"score": score})
    return ticket
