"""Where files lie: a folder, or a bucket of any server that speaks S3 (`VIGIE_STORAGE_URL`)."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

FOLDER: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
_KNOWN = {"region", "prefix"}


def of(url: str) -> dict[str, Any]:
    """The entry of Django's STORAGES for `s3://key:secret@host:port/bucket?region=...&prefix=...`; empty is the folder.

    `s3+http://` speaks without TLS, for a server on one's own network. Raises ValueError when it cannot be read; the
    message never repeats the secret.
    """
    if not url:
        return FOLDER
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    bucket = parts.path.strip("/")
    if parts.scheme not in {"s3", "s3+http"} or not parts.hostname or not bucket or "/" in bucket or set(asked) - _KNOWN:
        msg = "VIGIE_STORAGE_URL must be s3://key:secret@host/bucket?region=...&prefix=..."
        raise ValueError(msg)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    scheme = "http" if parts.scheme == "s3+http" else "https"
    return {
        "BACKEND": "vigie.config.bucket.Bucket",
        "OPTIONS": {
            "endpoint_url": f"{scheme}://{host}{f':{parts.port}' if parts.port else ''}",
            "bucket_name": bucket,
            "access_key": unquote(parts.username or "") or None,
            "secret_key": unquote(parts.password or "") or None,
            "region_name": asked.get("region") or None,
            "location": asked.get("prefix", ""),
        },
    }


def lacks_extra(url: str) -> bool:
    """Whether a bucket is set and the packages of the extra `s3` are not installed."""
    return bool(url) and (find_spec("storages") is None or find_spec("boto3") is None)
