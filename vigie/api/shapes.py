"""What goes in and what comes out. Instants carry an offset; what is absent from an upsert stays as it is."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict

MOST_ROWS = 1000


def _text(value: str) -> str:
    if "\0" in value:
        raise ValueError
    return value


def _sane(value: datetime) -> datetime:
    """Far years overflow in other zones."""
    if not 1970 <= value.year <= 2200:
        raise ValueError
    return value.astimezone(UTC)


Text = Annotated[str, AfterValidator(_text)]
Key = Annotated[str, AfterValidator(_text), Field(min_length=1, max_length=64)]
Number = Annotated[int, Field(ge=1, le=2**53)]
Instant = Annotated[AwareDatetime, AfterValidator(_sane)]
Priority = Literal["regular", "high"]
State = Literal["new", "open", "waiting", "hold", "solved", "closed"]
ContactRole = Literal["owner", "technical", "billing"]
ServiceState = Literal["active", "degraded", "down", "maintenance", "suspended", "ended"]


class In(Schema):
    """What is sent: unknown fields are refused, so that a misspelt one is not silently without effect."""

    model_config = ConfigDict(extra="forbid")


class Person(Schema):
    id: int
    name: str
    email: str | None = Field(description="Null where a customer looks at staff.")


class CustomerOut(Schema):
    reference: str
    name: str
    registered_address: str
    language: str
    timezone: str
    plan: str
    since: date | None
    is_active: bool
    created_at: datetime
    updated_at: datetime


class CustomerIn(In):
    name: Annotated[Text, Field(min_length=1, max_length=200)] | None = None
    registered_address: Annotated[Text, Field(max_length=254)] | None = None
    language: Literal["fr", "en"] | None = None
    timezone: Annotated[Text, Field(max_length=64)] | None = None
    plan: Annotated[Text, Field(max_length=80)] | None = None
    since: Annotated[date, Field(description="YYYY-MM-DD")] | None = None
    is_active: bool | None = None


class ContactOut(Schema):
    id: int
    role: str
    name: str
    email: str
    created_at: datetime


class InvitationIn(In):
    email: Annotated[Text, Field(max_length=254)]
    role: ContactRole = "technical"
    name: Annotated[Text, Field(max_length=120)] = ""


class InvitationOut(Schema):
    email: str
    role: str
    expires_at: datetime


class RoleIn(In):
    role: ContactRole


class ServiceOut(Schema):
    order_number: str
    customer: str = Field(description="The customer's reference.")
    name: str
    product: str
    site: str
    room: str
    rack: str
    node: str
    state: str
    addresses: list[str]
    created_at: datetime
    updated_at: datetime


class ServiceIn(In):
    customer: Annotated[Text, Field(max_length=254, description="Reference or registered address; needed for a new service.")] | None = None
    name: Annotated[Text, Field(min_length=1, max_length=120)] | None = None
    product: Annotated[Text, Field(max_length=120)] | None = None
    site: Annotated[Text, Field(max_length=80)] | None = None
    room: Annotated[Text, Field(max_length=40)] | None = None
    rack: Annotated[Text, Field(max_length=40)] | None = None
    node: Annotated[Text, Field(max_length=80)] | None = None
    state: ServiceState | None = None
    addresses: Annotated[list[Annotated[Text, Field(max_length=60)]], Field(max_length=1000)] | None = None


class ServiceRow(ServiceIn):
    order_number: Annotated[Text, Field(max_length=21)]


class Batch(In):
    services: Annotated[list[ServiceRow], Field(max_length=MOST_ROWS)]


class RowOut(Schema):
    order_number: str
    result: Literal["added", "changed", "unchanged", "refused"]
    reason: str


class BatchOut(Schema):
    rows: list[RowOut]


class AttachmentOut(Schema):
    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime


class MessageOut(Schema):
    seq: int = Field(description="Counts up by one over the messages the caller’s side sees.")
    author: str
    name: str
    is_note: bool
    channel: str
    trust: str
    body: str
    html: str
    attachments: list[AttachmentOut]
    created_at: datetime


class ServiceName(Schema):
    order_number: str
    name: str


class TicketOut(Schema):
    number: int
    conversation: int = Field(description="Names the ticket in the journal.")
    subject: str
    customer: str | None = Field(description="The customer's reference.")
    department: str
    priority: str
    state: str
    channel: str
    trust: str
    service: ServiceName | None
    began_at: datetime | None
    began_zone: str
    diagnostics: str
    assignee: Person | None
    team: str | None
    due_at: datetime | None
    follows: int | None
    tags: list[str]
    score: int | None
    score_comment: str
    opened_at: datetime
    updated_at: datetime
    solved_at: datetime | None
    closed_at: datetime | None


class CriticalIn(In):
    service: Annotated[Text, Field(max_length=200, description="Address, order number or name.")]
    began_at: Instant
    began_zone: Annotated[Text, Field(max_length=64)] = "Europe/Paris"
    diagnostics: Annotated[Text, Field(max_length=100_000)] = ""


class TicketIn(In):
    customer: Key | None = Field(None, description="Reference; may be left out by a contact of one customer.")
    department: Key
    priority: Priority = "regular"
    subject: Annotated[Text, Field(min_length=1, max_length=200)]
    body: Annotated[Text, Field(max_length=500_000)]
    critical: CriticalIn | None = None
    attachments: Annotated[list[UUID], Field(max_length=50)] = []


class ReplyIn(In):
    body: Annotated[Text, Field(max_length=500_000)]
    attachments: Annotated[list[UUID], Field(max_length=50)] = []
    then: State | None = Field(None, description="The state to move to afterwards; staff only.")
    seen_seq: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = Field(None, description="Refuse when somebody wrote after it.")


class NoteIn(In):
    body: Annotated[Text, Field(max_length=500_000)]
    attachments: Annotated[list[UUID], Field(max_length=50)] = []


class AssigneeIn(In):
    assignee: Number | Literal["me"] | None


class StateIn(In):
    state: State


class PriorityIn(In):
    priority: Priority
    reason: Annotated[Text, Field(min_length=1, max_length=300)]


class HandOverIn(In):
    note: Annotated[Text, Field(min_length=1, max_length=500_000)]
    team: Key | None = None


class NextUpdateIn(In):
    due_at: Instant
    note: Annotated[Text, Field(max_length=200)] = ""


class RatingIn(In):
    score: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[Text, Field(max_length=2000)] = ""


class RatingOut(Schema):
    score: int | None
    comment: str
    scored_at: datetime | None


class EntryOut(Schema):
    id: int
    at: datetime
    kind: str
    audience: str
    actor: int | None
    customer: int | None
    conversation: int | None
    data: dict[str, Any]


class JournalPage(Schema):
    """`last` is the id to go on from; it is the one asked from where nothing came since."""

    items: list[EntryOut]
    last: int


class Failure(Schema):
    field: str
    detail: str


class ProblemOut(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Failure] = []


def given(sent: In) -> dict[str, Any]:
    """The fields that were sent, and only those; null means empty where a text or list may be."""
    return sent.model_dump(exclude_unset=True)
