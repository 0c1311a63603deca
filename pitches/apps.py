"""Room: calls, proposals, self-checks, evidence and screening against the four requirements."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PitchesRoom(AppConfig):
    name = "pitches"
    verbose_name = _("応募と要件審査")

    def ready(self) -> None:
        from files.permissions import Access, register_grant
        from pitches import permissions, receivers  # noqa: F401 (importing it connects it)
        from pitches.lifecycle import PROPOSAL_TABLE
        from pitches.models import Proposal
        from pitches.notices import NOTICES
        from pitches.rules import REFUSALS
        from pitches.selectors import may_read_published
        from workflow.registry import Rules, register

        register(
            Proposal,
            Rules(
                PROPOSAL_TABLE,
                who={
                    "its_vendor": permissions.is_its_vendor,
                    "screener": permissions.may_screen,
                    "organiser": permissions.decides,
                    "moderator": permissions.may_run_the_day,
                },
                refusals=REFUSALS,
                notices=NOTICES,
            ),
        )
        register_grant(permissions.may_read_attachment)
        register_grant(may_read_published, gives=Access.PUBLISHED_COPY)
