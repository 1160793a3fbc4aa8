"""Files in a bucket, as the rest of the house expects them: private, under the names given, with a limit to waiting."""

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage


class Bucket(S3Storage):  # type: ignore[misc]  # django-storages ships no types
    """django-storages' S3 without its own settings: everything comes from VIGIE_STORAGE_URL."""

    def get_default_settings(self) -> dict[str, Any]:
        return {
            **super().get_default_settings(),
            "default_acl": None,  # as the bucket says: private unless its owner opened it
            "file_overwrite": True,  # names are random; asking whether each is free would be one more request
            "querystring_auth": True,
            "signature_version": "s3v4",
            "addressing_style": "path",
            "max_memory_size": 1024 * 1024,  # what is larger goes through a file, not through memory
            "client_config": Config(
                connect_timeout=5, read_timeout=20, retries={"max_attempts": 3, "mode": "standard"},
                s3={"addressing_style": "path"}, signature_version="s3v4",
                # What newer AWS clients add by default, other servers do not know.
                request_checksum_calculation="when_required", response_checksum_validation="when_required",
            ),
        }  # fmt: skip
