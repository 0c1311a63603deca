"""The organisers' screens of the panel, in the Wagtail admin."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from evaluation import admin_views
from evaluation.permissions import is_organiser


class OrganisersItem(MenuItem):
    """A menu item that only organisers see; the views check for themselves."""

    def is_shown(self, request: Any) -> bool:
        return is_organiser(request.user)


@hooks.register("register_admin_urls")
def register_panel_urls() -> list[URLPattern]:
    return [
        path("standings/", admin_views.calls, name="evaluation_standings"),
        path("standings/<str:call>/", admin_views.standings, name="evaluation_standings_call"),
        path("standings/<str:call>/panel/", admin_views.add_reviewer, name="evaluation_add_reviewer"),
        path("standings/<str:call>/reopen/", admin_views.reopen, name="evaluation_reopen"),
        path("standings/<str:call>/export.<str:kind>", admin_views.export, name="evaluation_export"),
        path("standings/<str:call>/decide/", admin_views.decide, name="evaluation_decide"),
        path("publication/<str:call>/", admin_views.publication, name="evaluation_publication"),
    ]


@hooks.register("register_admin_menu_item")
def register_panel_item() -> MenuItem:
    return OrganisersItem(_("審査・選定"), reverse("evaluation_standings"), icon_name="success", order=230)
