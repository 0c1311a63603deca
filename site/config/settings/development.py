"""Settings of `make run`: embedded SQLite, in-process channel layer, mails written to files."""

import secrets

from config.settings.base import *  # noqa: F403
from config.settings.base import DATA_DIR, DEBUG, SECRET_KEY, env


def _kept_secret() -> str:
    """Return the machine's own secret key, made at the first start and kept readable by its owner alone."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = SECRET_KEY or _kept_secret()
DEMO_ACCOUNTS = True

if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "notifications.backends.FolderBackend"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
