"""Settings of the test suite: fast hashing, files in a throw-away folder, services only where a test names them."""

import os
import tempfile

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="pitch-test-"))
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)

from config.settings.base import *  # noqa: F403
from config.settings.base import DATA_DIR, DATABASES, STATIC_ROOT

DEMO_ACCOUNTS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMBEDDED_WORKER = False
CLAMD_SOCKET = ""
MEDIA_ROOT = DATA_DIR / "media"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # The connections of a test share one database in memory, where a reader of a table turns a writer away at once
    # instead of letting it wait. Files, as in real use, know no such lock.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA read_uncommitted=ON;"
