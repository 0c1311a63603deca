"""Ground room: PDFs, made by a killable child process that can fetch nothing."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrintingRoom(AppConfig):
    name = "printing"
    verbose_name = _("帳票")
