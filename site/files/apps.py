"""Ground room: private files, durable before they are acknowledged."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesRoom(AppConfig):
    name = "files"
    verbose_name = _("非公開ファイル")
