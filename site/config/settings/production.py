"""Settings for real use: they refuse to start on what would lose or leak something."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import (
    DATABASES,
    DEBUG,
    EMBEDDED_WORKER,
    REDIS_URL,
    SECRET_KEY,
    SITE_URL,
    SQLITE_SYNCHRONOUS,
    WEB_PROCESSES,
    env,
)

DEMO_ACCOUNTS = False
vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))

SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31536000)
SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env.bool("BEHIND_PROXY", default=True):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
EMBEDDED_WORKER = env.bool("EMBEDDED_WORKER", default=False)

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}


def refusals() -> list[str]:
    """Return the reasons, in Japanese and English, why this configuration must not serve; empty when it may."""
    on_sqlite = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
    checks = [
        (len(SECRET_KEY) < 32, "SECRET_KEY が未設定か短すぎます（32文字以上）。 SECRET_KEY is missing or too short."),
        (DEBUG, "DEBUG を有効にしたまま公開できません。 DEBUG must be off."),
        (
            WEB_PROCESSES > 1 and not REDIS_URL,
            "WEB_PROCESSES が2以上のときは REDIS_URL が必要です。 Several processes need REDIS_URL.",
        ),
        (
            on_sqlite and SQLITE_SYNCHRONOUS not in {"FULL", "EXTRA"},
            "SQLite は synchronous=FULL 以上が必要です。 SQLite below synchronous=FULL loses commits.",
        ),
        (not SITE_URL.startswith("https://"), "SITE_URL は https:// で始めてください。 SITE_URL must be https."),
    ]
    return [reason for refused, reason in checks if refused]


if _reasons := refusals():
    raise ImproperlyConfigured("\n".join(_reasons))
