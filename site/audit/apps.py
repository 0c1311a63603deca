"""Ground room: the append-only, hash-chained trail of what was done."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditRoom(AppConfig):
    name = "audit"
    verbose_name = _("監査記録")
