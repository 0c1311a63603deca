"""Room: recordings, past sessions and their replay."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchiveRoom(AppConfig):
    name = "archive"
    verbose_name = _("過去の開催")

    def ready(self) -> None:
        from archive import permissions
        from archive.lifecycle import RECORDING_RULES
        from archive.models import Recording
        from files.permissions import Access, register_grant
        from workflow.registry import register

        register(Recording, RECORDING_RULES)
        register_grant(permissions.may_read_slides, gives=Access.PUBLISHED_COPY)
