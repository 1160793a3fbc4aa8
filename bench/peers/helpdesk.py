"""django-helpdesk as a peer: installed from PyPI into an environment of its own, served by gunicorn with two workers.

Three ways. `installed`: Django's own defaults, mail handed to an SMTP server on this machine, as its documentation has it.
`helped`: persistent connections, a 20 s lock timeout, mail thrown away instead of sent. `tuned`: WAL and immediate transactions
too. Templates are cached, durability is as ours (synchronous=FULL), the visitor is signed in and sends a CSRF token.
"""

import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
import venv
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.load import Request, free_port, post, wait_until_open

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = """
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY = "bench"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
    "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.admin", "django.contrib.humanize",
    "rest_framework", "reversion", "account", "pinax.invitations", "pinax.teams", "helpdesk",
]
SITE_ID = 1
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "peer_urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {"context_processors": [
    "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages"]}}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "peer.sqlite3"%s}}
%s
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
USE_TZ = True
LOGGING = {"version": 1, "disable_existing_loggers": True}
"""

HELP = ', "CONN_MAX_AGE": None, "OPTIONS": {"timeout": 20%s}'
WAL = ', "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"'
SETTLED = {"installed": "", "helped": HELP % "", "tuned": HELP % WAL}
AWAY = 'EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"'

URLS = """
from django.urls import include, path
urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
"""

FOUNDING = """
import django; django.setup()
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
call_command("migrate", verbosity=0)
from helpdesk.models import Queue
Queue.objects.create(title="Technical", slug="technical", allow_public_submission=True, email_address="s@example.com")
user = get_user_model().objects.create_user("client", "client@example.com", "client-password")
session = SessionStore()
session["_auth_user_id"] = str(user.pk)
session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
session["_auth_user_hash"] = user.get_session_auth_hash()
session.save()
print(session.session_key)
"""

FORM = {
    "queue": "1",
    "title": "The server does not answer",
    "body": "Since 13:40 our booking site shows an error establishing a database connection.",
    "priority": "3",
    "submitter_email": "client@example.com",
}


def installed(cache: Path) -> Path:
    """The peer's Python, made once under `cache`."""
    home = cache / "helpdesk"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "django-helpdesk[teams]==2.6.1", "gunicorn"], check=True)
        (home / "ready").touch()
    return python


@contextmanager
def serving(cache: Path, folder: Path, way: str, smtp: int) -> "Iterator[tuple[int, Request]]":
    """Serve a fresh django-helpdesk; yields its port and a signed-in customer's request that opens a ticket.

    `way` is one of the three above; `smtp` the port of the SMTP server on this machine.
    """
    python = installed(cache)
    (folder / "peer_settings.py").write_text(SETTINGS % (SETTLED[way], f"EMAIL_PORT = {smtp}" if way == "installed" else AWAY))
    (folder / "peer_urls.py").write_text(URLS)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "peer_settings", "PYTHONPATH": str(folder)}
    done = subprocess.run(
        [python, "-W", "ignore", "-c", FOUNDING], cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    port = free_port()
    server = subprocess.Popen(
        [python, "-W", "ignore", "-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "--log-level", "error",
         "django.core.wsgi:get_wsgi_application()"],
        cwd=folder, env=environment, stdout=sys.stderr,
    )  # fmt: skip
    try:
        wait_until_open(port)
        yield port, _request(port, f"sessionid={done.stdout.split()[-1]}")
    finally:
        server.terminate()
        server.wait()


def _request(port: int, cookie: str) -> Request:
    """Fetch the form once for its token, then send it again and again."""
    page = urllib.request.Request(f"http://127.0.0.1:{port}/tickets/submit/", headers={"Cookie": cookie})
    with urllib.request.urlopen(page) as answer:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
        secret = re.search("csrftoken=([^;]+)", answer.headers["Set-Cookie"])
    if token is None or secret is None:
        msg = "no token in the peer's form"
        raise RuntimeError(msg)
    body = urllib.parse.urlencode({**FORM, "csrfmiddlewaretoken": token[1]})
    sent = post("/tickets/submit/", body, cookie=f"{cookie}; csrftoken={secret[1]}")
    return lambda _number: sent
