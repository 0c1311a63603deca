"""The organisers' screen of municipal sign-ups, in the Wagtail admin."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from accounts import admin_views
from accounts.permissions import may_approve_members


class ApproversItem(MenuItem):
    """A menu item that only those see who may approve; the views check for themselves."""

    def is_shown(self, request: Any) -> bool:
        return may_approve_members(request.user)


@hooks.register("register_admin_urls")
def register_member_urls() -> list[URLPattern]:
    return [
        path("members/", admin_views.members, name="accounts_members"),
        path("members/<int:pk>/decide/", admin_views.decide, name="accounts_members_decide"),
        path("members/domains/", admin_views.add_domain, name="accounts_add_domain"),
        path("members/domains/<int:pk>/remove/", admin_views.remove_domain, name="accounts_remove_domain"),
    ]


@hooks.register("register_admin_menu_item")
def register_members_item() -> MenuItem:
    return ApproversItem(_("自治体職員の承認"), reverse("accounts_members"), icon_name="group", order=250)
