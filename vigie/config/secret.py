"""The secret key: from `VIGIE_SECRET_KEY`, else made on first start and kept in the data folder."""

import os
import secrets
from pathlib import Path

from vigie.config import environment as env


def secret_key(data: Path) -> str:
    """The key, creating `secret-key` (mode 0600) when neither the variable nor the file exists. Safe when raced."""
    given = env.text("SECRET_KEY")
    if given:
        return given
    path = data / "secret-key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()
