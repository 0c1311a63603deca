"""Ground room: the only code that writes a state column."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowRoom(AppConfig):
    name = "workflow"
    verbose_name = _("手続き")
