"""Ground room: mail as rows, sent by a worker that claims them by a lease."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsRoom(AppConfig):
    name = "notifications"
    verbose_name = _("通知")

    def ready(self) -> None:
        from notifications import receivers  # noqa: F401 (importing it connects it)
