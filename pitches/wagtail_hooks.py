"""Where screeners and organisers find this room in the Wagtail admin."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from pitches.admin_views import assigning, board, bulk, calls, deciding, desk, exporting, judging, statistics
from pitches.permissions import manages_calls, screens


class ScreenersItem(MenuItem):
    """A menu item that screeners and organisers see; the views check for themselves."""

    def is_shown(self, request: Any) -> bool:
        return screens(request.user)


class CallsItem(MenuItem):
    """A menu item that organisers see; the views check for themselves."""

    def is_shown(self, request: Any) -> bool:
        return manages_calls(request.user)


@hooks.register("register_admin_urls")
def register_screening_urls() -> list[URLPattern]:
    one = "screening/<str:public_id>/"
    return [
        path("screening/", board.board, name="pitches_screening"),
        path("screening/bulk/", bulk.bulk, name="pitches_screening_bulk"),
        path("screening/statistics/", statistics.statistics, name="pitches_screening_statistics"),
        path("screening/exports/", exporting.exports, name="pitches_screening_exports"),
        path("screening/exports/<str:table>.<str:kind>", exporting.export, name="pitches_screening_export"),
        path(one, desk.proposal, name="pitches_screening_proposal"),
        path(f"{one}judge/", judging.judge, name="pitches_judge"),
        path(f"{one}second/", judging.second_opinion, name="pitches_second_opinion"),
        path(f"{one}assign/", assigning.assign, name="pitches_assign"),
        path(f"{one}correct/", deciding.correct, name="pitches_correct"),
        path(f"{one}admit/", deciding.admit, name="pitches_admit"),
        path(f"{one}reject/", deciding.reject, name="pitches_reject"),
        path(f"{one}reject/confirm/", deciding.confirm_rejection, name="pitches_confirm_rejection"),
        path("calls/", calls.calls, name="pitches_calls"),
        path("calls/new/", calls.new_call, name="pitches_new_call"),
        path("calls/<str:public_id>/", calls.edit_call, name="pitches_edit_call"),
        path("calls/<str:public_id>/extensions/", calls.extensions, name="pitches_extensions"),
        path(
            "calls/<str:public_id>/extensions/<str:extension>/revoke/",
            calls.revoke_extension,
            name="pitches_revoke_extension",
        ),
    ]


@hooks.register("register_admin_menu_item")
def register_screening_item() -> MenuItem:
    return ScreenersItem(_("要件審査"), reverse("pitches_screening"), icon_name="tasks", order=210)


@hooks.register("register_admin_menu_item")
def register_calls_item() -> MenuItem:
    return CallsItem(_("募集"), reverse("pitches_calls"), icon_name="doc-full", order=205)
