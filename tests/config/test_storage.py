"""Files in a bucket, on a server that speaks S3."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from django.core.files.storage import default_storage, storages
from moto.server import ThreadedMotoServer

from tests import worlds
from vigie.config import checking, storage
from vigie.conversations import uploading

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:botocore"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:moto"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """host:port of the server, with one empty bucket called `files`."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    where = {"endpoint_url": f"http://{host}:{port}", "aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    boto3.client("s3", region_name="us-east-1", **where).create_bucket(Bucket="files")
    yield f"{host}:{port}"
    running.stop()


@contextmanager
def keeping_files_in(settings: Any, url: str) -> Iterator[None]:
    settings.STORAGE_URL = url
    settings.STORAGES = {**settings.STORAGES, "default": storage.of(url)}
    yield
    storages._storages.clear()


def test_an_attachment_is_kept_served_in_parts_and_forgotten(server: str, settings: Any, browse: Any) -> None:
    url = f"s3+http://key:sec%2Fret@{server}/files?region=us-east-1&prefix=vigie"
    content = bytes(range(256)) * 12_000  # about 3 MB: more than is held in memory
    with keeping_files_in(settings, url):
        someone = worlds.contact()
        made = uploading.receive(uploader=someone, name="trace.bin", stream=io.BytesIO(content))
        client = browse(someone)
        whole = client.get(f"/files/{made.id}/trace.bin")
        assert b"".join(whole.streaming_content) == content
        part = client.get(f"/files/{made.id}/trace.bin", headers={"Range": "bytes=300-309"})
        assert (part.status_code, b"".join(part.streaming_content)) == (206, content[300:310])
        stored = made.stored
        keys = [found["Key"] for found in boto3.client(
            "s3", region_name="us-east-1", endpoint_url=f"http://{server}", aws_access_key_id="key", aws_secret_access_key="secret",
        ).list_objects_v2(Bucket="files")["Contents"]]  # fmt: skip
        assert keys == [f"vigie/{stored}"]
        default_storage.delete(stored)
        assert not default_storage.exists(stored)
        with pytest.raises(FileNotFoundError):
            default_storage.open(stored)


def test_check_asks_the_bucket(server: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with keeping_files_in(settings, f"s3+http://key:secret@{server}/files?region=us-east-1"):
        assert [found.mark for found in checking._files()] == [checking.GOOD]
    with keeping_files_in(settings, "s3+http://key:secret@127.0.0.1:1/files?region=us-east-1"):
        (found,) = checking._files()
        assert (found.mark, "does not answer" in found.text or "ne répond pas" in found.text) == (checking.WRONG, True)
        monkeypatch.setattr(storage, "find_spec", lambda _name: None)
        (found,) = checking._files()
        assert (found.mark, "vigie[s3]" in found.text) == (checking.WRONG, True)


@pytest.mark.parametrize(
    "url",
    ["hush", "https://k:hush@h/b", "s3://k:hush@h", "s3://k:hush@h/a/b", "s3://k:hush@h/b?regoin=x", "s3://k:hush@/b"],
)
def test_an_address_that_cannot_be_read_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(ValueError, match="VIGIE_STORAGE_URL") as refused:
        storage.of(url)
    assert "hush" not in str(refused.value)


def test_without_an_address_files_lie_in_the_data_folder() -> None:
    assert storage.of("") == storage.FOLDER
    assert not storage.lacks_extra("")
