"""Settings, all from the environment (`VIGIE_*`, see docs/operating.md). Business settings live in the database."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from vigie.config import compiled, storage
from vigie.config import environment as env
from vigie.config.secret import secret_key

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA", "var")
DEMO = env.flag("DEMO", default=False)
DEBUG = False

SECRET_KEY = secret_key(DATA_DIR)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
HTTPS = SITE_URL.startswith("https://")
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES")

HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000)
THREADS = env.number("THREADS", 8)
LOG_LEVEL = env.text("LOG_LEVEL", "INFO").upper()
LOGGING_CONFIG = None  # config/logs.py sets logging up once the process knows what it is
METRICS_TOKEN = env.text("METRICS_TOKEN")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "vigie.journal",
    "vigie.people",
    "vigie.inventory",
    "vigie.mail_out",
    "vigie.conversations",
    "vigie.promises",
    "vigie.tickets",
    "vigie.api",
    "vigie.config",
]

MIDDLEWARE = [
    "vigie.config.headers.headers",
    "django.middleware.security.SecurityMiddleware",
    "vigie.config.static.Served",
    "vigie.config.policy.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "vigie.config.no_nul.NoNul",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "vigie.config.viewing.viewing",
    "vigie.config.limiting.Limiting",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "vigie.config.session_expired.session_expired",
    "vigie.config.last_seen.last_seen",
    "vigie.config.factor_required.factor_required",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "vigie.config.urls"

TEMPLATES = [
    {
        "BACKEND": "vigie.config.templating.Fragments",
        "DIRS": [PACKAGE / "templates", *(PACKAGE / door / "templates" for door in ("public", "portal", "console"))],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "vigie.config.templating.environment",
            "context_processors": ["vigie.config.templating.page"],
            "bytecode_cache": compiled.cache(DATA_DIR),
        },
    }
]


def _database(url: str) -> dict[str, object]:
    """`sqlite:///absolute/path` or `postgresql://user:password@host:port/name`; empty is SQLite in the data folder."""
    if not url or url.startswith("sqlite:"):
        name = url.removeprefix("sqlite://") or str(DATA_DIR / "vigie.sqlite3")
        return {
            "ENGINE": "vigie.kernel.sqlite",
            "NAME": name,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-16000;PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": {"CONN_MAX_AGE": None, **_database(env.text("DATABASE_URL"))}}
REDIS_URL = env.text("REDIS_URL")
ALONE = not REDIS_URL and DATABASES["default"]["ENGINE"] == "vigie.kernel.sqlite"



def _cache(name: str, entries: int) -> dict[str, object]:
    if REDIS_URL:
        return {
            "BACKEND": "vigie.config.cache.Shared",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": name,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    return {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": name,
        "OPTIONS": {"MAX_ENTRIES": entries},
    }


# Counts apart from all else: filling the cache must not be a way to make them forgotten.
CACHES = {"default": _cache("", 20_000), "limits": _cache("limits", 100_000)}
LIMITS: bool = env.flag("LIMITS", default=True)

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "vigie.config.accounts.ByAddress",
]
PASSWORD_HASHERS = [
    "vigie.people.hashing.Argon2id",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60

ACCOUNT_ADAPTER = "vigie.config.accounts.Accounts"
ACCOUNT_FORMS = {
    "login": "vigie.config.account_forms.SignIn",
    "reset_password": "vigie.config.account_forms.AskReset",
    "reset_password_from_key": "vigie.config.account_forms.Reset",
    "change_password": "vigie.config.account_forms.ChangePassword",
    "set_password": "vigie.config.account_forms.SetPassword",
    "reauthenticate": "vigie.config.account_forms.Reauthenticate",
    "add_email": "vigie.config.account_forms.ChangeAddress",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PASSWORD_MIN_LENGTH = None
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105  a class, not a secret
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_SESSION_COOKIE_AGE = 30 * 24 * 60 * 60
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "60/m/ip,30/600s/key", "reset_password": "20/m/ip,5/m/key"}
MFA_ADAPTER = "vigie.config.accounts.SecondFactors"
MFA_FORMS = {
    "authenticate": "vigie.config.account_forms.Code",
    "reauthenticate": "vigie.config.account_forms.CodeAgain",
    "activate_totp": "vigie.config.account_forms.SetUpApp",
    "add_webauthn": "vigie.config.account_forms.AddPasskey",
    "edit_webauthn": "vigie.config.account_forms.RenamePasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1

AXES_HANDLER = "vigie.config.lockout.Lockout"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_USERNAME_CALLABLE = "vigie.config.lockout.address_of"
AXES_LOCKOUT_CALLABLE = "vigie.config.lockout.answer"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# A copy in memory is right only where one process answers: a session ended by another would live on in it.
SESSION_ENGINE = "vigie.config.session_store"
SESSION_COPIES = ALONE
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000) if HTTPS else 0
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LANGUAGE_CODE = "fr"
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGE_URL = env.text("STORAGE_URL")
STORAGES = {
    "default": storage.of(STORAGE_URL),
    "staticfiles": {"BACKEND": "vigie.config.static.Storage"},
}
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

MEDIA_ROOT = DATA_DIR / "files"
ATTACHMENT_BYTES = env.number("ATTACHMENT_MB", 25) * 1024 * 1024
REQUEST_BYTES = ATTACHMENT_BYTES + 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SMTP_URL = env.text("SMTP_URL")
ALLOW_PRIVATE_HOSTS = env.words("ALLOW_PRIVATE_HOSTS")
ACTIONS_FILE = env.text("ACTIONS")
API_RATE = env.number("API_RATE", 600)

SILENCED_SYSTEM_CHECKS: list[str] = []
