"""Room: sessions, registration and the question room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiveRoom(AppConfig):
    name = "live"
    verbose_name = _("開催と質疑")

    def ready(self) -> None:
        from live import receivers  # noqa: F401 (importing it connects it)
        from live.lifecycle import POLL_RULES, QUESTION_RULES
        from live.models import Poll, Question
        from workflow.registry import register

        register(Question, QUESTION_RULES)
        register(Poll, POLL_RULES)
