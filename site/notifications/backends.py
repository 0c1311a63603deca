"""A mail backend for development: each mail is one readable text file."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class FolderBackend(BaseEmailBackend):
    """Write mails to DATA_DIR/mail, newest name last, decoded so that people can read them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.DATA_DIR) / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            stamp = timezone.localtime().strftime("%Y%m%d-%H%M%S-%f")
            head = f"To: {', '.join(mail.to)}\nFrom: {mail.from_email}\nSubject: {mail.subject}\n\n"
            (folder / f"{stamp}.txt").write_text(head + str(mail.body), encoding="utf-8")
        return len(email_messages)
