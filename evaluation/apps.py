"""Room: panels, conflicts of interest, scores, decisions and their publication."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationRoom(AppConfig):
    name = "evaluation"
    verbose_name = _("審査と選定")

    def ready(self) -> None:
        from evaluation import permissions, receivers
        from evaluation.lifecycle import ASSESSMENT_RULES
        from evaluation.models import Assessment
        from files.permissions import register_grant
        from workflow.registry import register

        register(Assessment, ASSESSMENT_RULES)
        register_grant(permissions.may_read_attachment)
        receivers.connect()
