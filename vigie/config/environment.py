"""Typed reading of `VIGIE_*` environment variables; every name read here is documented in `docs/operating.md`."""

import os
from pathlib import Path


def text(name: str, default: str = "") -> str:
    return os.environ.get(f"VIGIE_{name}", default)


def flag(name: str, *, default: bool) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off. Anything else raises ValueError."""
    raw = os.environ.get(f"VIGIE_{name}", "").strip().lower()
    if raw == "":
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    msg = f"VIGIE_{name} must be 1 or 0, not {raw!r}"
    raise ValueError(msg)


def number(name: str, default: int) -> int:
    raw = os.environ.get(f"VIGIE_{name}", "").strip()
    return int(raw) if raw else default


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def folder(name: str, default: str) -> Path:
    """An absolute path; the folder is not created here."""
    return Path(text(name, default)).expanduser().resolve()
