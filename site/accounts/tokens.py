"""The secret of an invitation: drawn once, sent once, kept as its hash."""

import hashlib
import re
import secrets

# 192 bits: nobody tries them all, however many invitations there are.
_BYTES = 24


def draw() -> str:
    """A new secret, 32 characters that survive being copied out of a mail."""
    return secrets.token_urlsafe(_BYTES)


def sha256(token: str) -> str:
    """What of it is kept; spaces and line ends that came along in copying do not count."""
    return hashlib.sha256(re.sub(r"\s+", "", token).encode("utf-8", "replace")).hexdigest()
