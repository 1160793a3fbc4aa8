"""Structured logs: one JSON object a line, or readable lines on a terminal. Secrets in addresses never reach them."""

import logging
import re
import secrets
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

import structlog

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{8,64}\Z")
_SECRET_PATHS = re.compile(
    r"(/proof/|/password/reset/key/|/confirm-email/|/login/code/|/invitations?/|/accept/)[^/?\s\"']+"
)
_SECRET_WORDS = re.compile(
    r"(?i)((?:\bbearer\s+|(?:token|secret|password|key|code|signature)[\"']?\s*[=:]\s*[\"']?))[^\s&;,\"']{6,}"
)
_QUIET = {"/healthz", "/readyz", "/metrics"}

log = structlog.stdlib.get_logger("vigie")


def scrub(text: str) -> str:
    """Replace what opens doors: proof links, reset keys, bearer tokens, values of telling query parameters."""
    return _SECRET_WORDS.sub(r"\1…", _SECRET_PATHS.sub(r"\1…", text))


def request_id(given: bytes | None) -> str:
    """The caller's `X-Request-ID` when it is well formed, else a new one."""
    return given.decode() if given and _GIVEN.match(given) else secrets.token_hex(8)


def bind(value: str) -> None:
    """Every line logged from here on in this context carries the request's id."""
    _request_id.set(value)


def access(*, method: str, path: str, status: int, seconds: float, address: str, request_id: str) -> None:
    """One line for a finished request; the query string is left out. Probes are logged only when they fail."""
    if (path in _QUIET and status < 500) or not logging.getLogger("vigie").isEnabledFor(logging.INFO):
        return
    log.info(
        "request", method=method, path=scrub(path), status=status, ms=round(seconds * 1000, 1), client=address,
        request_id=request_id,
    )  # fmt: skip


def _with_request_id(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if "request_id" not in event and (value := _request_id.get()):
        event["request_id"] = value
    return event


def _scrubbed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = scrub(value)
    return event


def configure(level: str = "INFO") -> None:
    """Send structlog's and the standard library's lines to standard output, once."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _with_request_id,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    terminal = sys.stdout.isatty()
    last: list[Any] = (
        [_scrubbed, structlog.dev.ConsoleRenderer()]
        if terminal
        else [structlog.processors.format_exc_info, _scrubbed, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )  # fmt: skip
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(allow=())],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in ("django", "uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("django.server").disabled = True
    logging.getLogger("django.request").setLevel(logging.ERROR)  # what is not found stands in the request's own line
    logging.getLogger("uvicorn.error").setLevel(max(logging.WARNING, logging.getLevelName(level)))
