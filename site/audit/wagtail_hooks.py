"""The organisers' view of the trail, in the Wagtail admin."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from accounts.permissions import is_organiser
from audit import views


class OrganisersOnly(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return is_organiser(request.user)


@hooks.register("register_admin_urls")
def register_trail_url() -> list[URLPattern]:
    return [path("audit/", views.trail, name="audit_trail")]


@hooks.register("register_reports_menu_item")
def register_trail_item() -> MenuItem:
    return OrganisersOnly(_("監査記録"), reverse("audit_trail"), icon_name="history", order=900)
