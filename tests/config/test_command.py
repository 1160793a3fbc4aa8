"""The `vigie` command, as a person types it: each in a process of its own, on a folder of its own."""

import os
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.databases import ROOT, SqliteDatabase

pytestmark = pytest.mark.slow  # some forty processes


class Shell:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str, stdin: str | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("VIGIE_", "DJANGO_", "LC_", "LANG"))}
        environment = {**kept, "LANG": "en_GB.UTF-8", "VIGIE_DATA": str(self.folder), **extra}
        return subprocess.run(
            [sys.executable, "-m", "vigie", *words], cwd=ROOT, env=environment, input=stdin or "", capture_output=True, text=True,
            check=False,
        )  # fmt: skip


@pytest.fixture
def vigie(tmp_path: Path) -> Shell:
    """In a folder that does not exist yet."""
    return Shell(tmp_path / "data")


@pytest.fixture
def settled(vigie: Shell, django_db_setup: None, django_db_blocker: "pytest.FixtureDef[object]") -> Shell:
    """In a folder with a migrated database."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        template = SqliteDatabase().template
    vigie.folder.mkdir(mode=0o700)
    shutil.copy(template, vigie.folder / "vigie.sqlite3")
    return vigie


def test_help_speaks_the_language_of_the_shell(vigie: Shell) -> None:
    assert "Tell what is missing or unsafe" in vigie("--help").stdout
    assert "Dire ce qui manque" in vigie("--help", LANG="fr_FR.UTF-8").stdout


def test_a_wrong_word_ends_with_code_2(vigie: Shell) -> None:
    assert vigie("dance").returncode == 2


def test_web_refuses_a_database_that_is_behind_the_code(vigie: Shell) -> None:
    done = vigie("web", "--port", "1")
    assert done.returncode == 1
    assert "vigie manage migrate" in done.stderr


def test_check_tells_what_is_unsafe_and_is_content_with_what_is_not(settled: Shell) -> None:
    good = settled("check")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "up to date (SQLite)" in good.stdout
    settled.folder.chmod(0o755)
    bad = settled(
        "check", VIGIE_SITE_URL="http://support.example.com", VIGIE_SECRET_KEY="short", VIGIE_TRUSTED_PROXIES="0.0.0.0/0",
        VIGIE_REDIS_URL="redis://127.0.0.1:1", VIGIE_SMTP_URL="smtp://127.0.0.1:1", VIGIE_DEMO="1",
    )  # fmt: skip
    assert bad.returncode == 1
    for told in (
        "chmod 700", "secret key is too weak", "not https", "VIGIE_ALLOWED_HOSTS does not name", "trusts everybody",
        "Redis does not answer", "mail server 127.0.0.1:1 does not answer", "do not publish",
    ):  # fmt: skip
        assert told in bad.stdout
    assert "n’est pas en https" in settled("check", VIGIE_SITE_URL="http://a.example", LC_ALL="fr_FR.UTF-8").stdout


def test_a_setting_that_cannot_be_read_is_named(vigie: Shell) -> None:
    done = vigie("check", VIGIE_DEMO="perhaps")
    assert done.returncode == 1
    assert "VIGIE_DEMO" in done.stdout


def test_a_backup_restores_everything_and_overwrites_nothing_unasked(settled: Shell, tmp_path: Path) -> None:
    stored = settled.folder / "files" / "ab" / "generated-name"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"attachment")
    services = tmp_path / "customers.csv"
    services.write_text("reference,name,registered_address\nC1,Ateliers Lenoir,compte@client.example\n", encoding="utf-8")
    assert settled("import", "customers", str(services)).stdout.startswith("1 added")
    archive = tmp_path / "all.tar.gz"
    done = settled("backup", str(archive))
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with tarfile.open(archive) as tar:
        assert {"manifest.json", "secret-key", "vigie.sqlite3", "files/ab/generated-name"} <= set(tar.getnames())
    again = settled("backup", str(archive))
    assert (again.returncode, "exists already" in again.stderr) == (1, True)
    assert settled("restore", str(archive)).returncode == 1, "there is data"
    other = Shell(tmp_path / "other")
    done = other("restore", str(archive))
    assert done.returncode == 0, done.stderr
    assert (other.folder / "files" / "ab" / "generated-name").read_bytes() == b"attachment"
    assert (other.folder / "secret-key").read_text() == (settled.folder / "secret-key").read_text()
    assert other("import", "customers", str(services)).stdout.startswith("0 added, 0 changed, 1 unchanged")
    stored.unlink()
    assert settled("restore", "--replace", str(archive)).returncode == 0
    assert stored.exists()


def test_a_damaged_archive_changes_nothing(vigie: Shell, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(b"\x1f\x8b not an archive")
    done = vigie("restore", str(damaged))
    assert done.returncode == 1
    assert "no whole archive" in done.stderr
    assert not (vigie.folder / "vigie.sqlite3").exists()


def test_import_tells_the_bad_lines_and_takes_the_rest(settled: Shell, tmp_path: Path) -> None:
    given = tmp_path / "customers.csv"
    given.write_text("reference,name,registered_address\nC1,Lenoir,a@client.example\nC2,Roux,nonsense\n", encoding="utf-8")
    done = settled("import", "customers", str(given))
    assert done.returncode == 1
    assert done.stdout.startswith("1 added")
    assert "line 3" in done.stderr
    assert settled("import", "customers", str(tmp_path / "absent.csv")).returncode == 1


def test_a_token_is_shown_once_and_alone_on_standard_output(settled: Shell) -> None:
    code = "from vigie.people.models import User; User.objects.create_user(email='a@b.example', name='A', role='agent')"
    assert settled("manage", "shell", "-v", "0", "-c", code).returncode == 0
    done = settled("token", "create", "--user", "a@b.example", "--scope", "tickets:read", "journal:read")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("vigie_")
    assert len(done.stdout.split()) == 1
    assert settled("token", "create", "--user", "a@b.example", "--scope", "everything").returncode == 1
    assert settled("token", "create", "--user", "x@b.example", "--scope", "tickets:read").returncode == 1


def test_the_first_administrator_gets_a_link_that_works_once(settled: Shell) -> None:
    assert "vigie user create --role admin" in settled("check").stdout
    done = settled("user", "create", "--email", "Boss@Provider.example", "--role", "admin", "--name", "Claire Aubry", "--language", "en")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 1
    assert done.stdout.startswith("http://127.0.0.1:8000/")
    assert "boss@provider.example" in done.stderr
    code = (
        "from vigie.people import inviting; from vigie.people.access import viewer_of; "
        f"u = inviting.accept(secret={done.stdout.strip().rstrip('/').rpartition('/')[2]!r}, name='Claire', password='a long password 7'); "
        "print(u.email, viewer_of(u).is_admin)"
    )
    done = settled("manage", "shell", "-v", "0", "-c", code)
    assert done.stdout.split() == ["boss@provider.example", "True"], done.stderr
    assert "vigie user create" not in settled("check").stdout
    assert settled("user", "create", "--email", "boss@provider.example", "--role", "agent").returncode == 1, "the address is taken"


def test_a_password_may_come_by_standard_input_and_must_be_a_good_one(settled: Shell) -> None:
    words = ("user", "create", "--email", "boss@provider.example", "--role", "admin", "--password-stdin")
    bad = settled(*words, stdin="short\n")
    assert (bad.returncode, bad.stdout) == (1, "")
    good = settled(*words, stdin="a long password 7\n")
    assert good.returncode == 0, good.stderr
    assert "may sign in" in good.stderr


def test_check_finds_accounts_of_the_demonstration_and_a_demonstration_on_a_network(settled: Shell) -> None:
    code = "from vigie.people.models import User; User.objects.create_user(email='agent@demo.example', name='A', role='agent')"
    assert settled("manage", "shell", "-v", "0", "-c", code).returncode == 0
    bad = settled("check")
    assert bad.returncode == 1
    assert "1 account of the demonstration can sign in" in bad.stdout
    shown = settled("check", VIGIE_DEMO="1", VIGIE_HOST="0.0.0.0").stdout
    assert "account of the demonstration" not in shown
    assert "listens on 0.0.0.0" in shown


def test_a_storage_that_cannot_be_read_is_named_without_its_secret(vigie: Shell) -> None:
    done = vigie("check", VIGIE_STORAGE_URL="s3://key:hush@host")
    assert done.returncode == 1
    assert "VIGIE_STORAGE_URL" in done.stdout
    assert "hush" not in done.stdout + done.stderr
