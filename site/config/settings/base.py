"""Everything the three settings modules share, fed by environment variables listed in the README."""

import logging
import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

env = environ.Env()

CHECKOUT = Path(__file__).resolve().parents[3]
DATA_DIR = Path(env.str("DATA_DIR", default=str(CHECKOUT / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
# A server that listens everywhere is still visited somewhere.
VISITED_HOST = "127.0.0.1" if HOST in {"0.0.0.0", "::", ""} else HOST  # noqa: S104 (compared with, not bound to)
SITE_URL = env.str("SITE_URL", default=f"http://{VISITED_HOST}:{PORT}").rstrip("/")
WAGTAILADMIN_BASE_URL = SITE_URL
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
WEB_PROCESSES = env.int("WEB_PROCESSES", default=1)

INSTALLED_APPS = [
    "config.apps.ConfigRoom",
    "pages",
    "archive",
    "evaluation",
    "live",
    "pitches",
    "workflow",
    "notifications",
    "audit",
    "files",
    "printing",
    "accounts",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "channels",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "config.middleware.RememberOrigin",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.AdminScripts",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.PrivateByDefault",
    "allauth.account.middleware.AccountMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

# --- Rows -------------------------------------------------------------------------------------------------------

SQLITE_SYNCHRONOUS = env.str("SQLITE_SYNCHRONOUS", default="FULL").upper()
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'pitch.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL with FULL lost no acknowledged commit in power cuts, NORMAL lost some; IMMEDIATE takes the write lock
    # at BEGIN, so two writers queue on the busy timeout instead of failing at their first upgrade.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={SQLITE_SYNCHRONOUS}; PRAGMA foreign_keys=ON;",
    }
# Each request has a thread of its own and takes its connection with it; threads that stay keep theirs by themselves
# (accounts.connections).
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # redis-py 8 closes sockets that are idle for 5 s unless told otherwise.
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}]},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Wagtail indexes through this queue: anything but Immediate leaves pages unsearchable until a worker runs.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# --- People -----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# The address is unique without regard to case, by a constraint on Lower("email") that this check does not read.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/mypage/"
LOGOUT_REDIRECT_URL = "/"
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignUpExtra"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
# A whole prefecture may stand behind one address and sign in within the minutes before a session: by address only a
# flood is held back (hashing four passwords a second costs about one core); guessing is held back by account.
ACCOUNT_RATE_LIMITS = {
    "login": "240/m/ip",
    "login_failed": "60/m/ip,5/300s/key",
    "signup": "60/m/ip",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "60/m/ip",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_URL.startswith("https") else "http"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "【自治体ピッチ】"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "自治体ピッチ"

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# --- Words ------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("日本語")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
LOCALE_PATHS = [CHECKOUT / "site" / "config" / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# --- Files ------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_FILES_DIR = DATA_DIR / "private"
MIB = 1024 * 1024
UPLOAD_FILE_MAX_BYTES = env.int("UPLOAD_FILE_MAX_MB", default=50) * MIB
UPLOAD_PROPOSAL_MAX_BYTES = env.int("UPLOAD_PROPOSAL_MAX_MB", default=200) * MIB
# All that is kept for one vendor, files it took off again included: records stay, so this is what bounds them.
UPLOAD_VENDOR_MAX_BYTES = env.int("UPLOAD_VENDOR_MAX_MB", default=2000) * MIB
# clamd, by the path of its unix socket or by host:port; while set, nobody gets a file it has not called clean.
CLAMD_SOCKET = env.str("CLAMD_SOCKET", default="")
# Bodies above 1 MiB are read only on these routes, and only for people who have signed in.
UPLOAD_ROUTES = [
    (r"^/mypage/proposals/[^/]+/(evidence|attachments)/", UPLOAD_FILE_MAX_BYTES + MIB),
    (r"^/admin/(images|documents)/", 20 * MIB),
]
DATA_UPLOAD_MAX_MEMORY_SIZE = MIB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = ["files.uploads.NamelessUploadHandler"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * MIB
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * MIB

# --- Mail -------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="自治体ピッチ事務局 <no-reply@pitch.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMBEDDED_WORKER = env.bool("EMBEDDED_WORKER", default=True)

# --- YouTube ----------------------------------------------------------------------------------------------------

YOUTUBE_API_KEY = env.str("YOUTUBE_API_KEY", default="")
YOUTUBE_API_ENDPOINT = env.str("YOUTUBE_API_ENDPOINT", default="https://youtube.googleapis.com")

# --- Wagtail ----------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "自治体ピッチ"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_I18N_ENABLED = False
# Substrings: the full-text indexes of SQLite and PostgreSQL split on spaces and find no Japanese word at all, and that
# of SQLite answers a quotation mark with an error.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database.fallback"}}
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAIL_USAGE_COUNT_ENABLED = False
WAGTAIL_USER_TIME_ZONES = ["Asia/Tokyo"]
# Passwords are changed and reset at the one sign-in door.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
# An address counts as proof of a body: it is changed only where the new one is verified.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False

# --- The browser's rules ----------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": ["https://www.youtube-nocookie.com"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
# YouTube answers error 153 to an embed without a referrer; the origin alone is enough for it.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"


def _is_our_own_fault(record: logging.LogRecord) -> bool:
    """Whether a line is worth an error: uvicorn writes a traceback for each socket whose bytes are no text."""
    return not str(record.msg).startswith("Invalid UTF-8 sequence received from client")


LOGGING = {
    "version": 1,
    "filters": {"own_faults": {"()": "django.utils.log.CallbackFilter", "callback": _is_our_own_fault}},
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["own_faults"]}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
