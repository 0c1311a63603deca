"""The organisers' screens of the programme, in the Wagtail admin."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from live import admin_views
from live.permissions import is_organiser


class OrganisersItem(MenuItem):
    """A menu item that only organisers see; the views check for themselves."""

    def is_shown(self, request: Any) -> bool:
        return is_organiser(request.user)


@hooks.register("register_admin_urls")
def register_programme_urls() -> list[URLPattern]:
    one = "programme/<str:public_id>/"
    return [
        path("programme/", admin_views.rounds, name="live_programme"),
        path("programme/new/", admin_views.edit, name="live_programme_new"),
        path(one, admin_views.build, name="live_programme_round"),
        path(f"{one}edit/", admin_views.edit, name="live_programme_edit"),
        path(f"{one}day/", admin_views.default_day, name="live_programme_day"),
        path(f"{one}parts/", admin_views.add_part, name="live_programme_add_part"),
        path(f"{one}parts/<int:number>/slots/", admin_views.add_slot, name="live_programme_add_slot"),
        path(f"{one}slots/<str:slot>/remove/", admin_views.remove_slot, name="live_programme_remove_slot"),
        path(f"{one}room/", admin_views.change_room, name="live_programme_room"),
        path(f"{one}publish/", admin_views.publish, name="live_programme_publish"),
        path(f"{one}withdraw/", admin_views.withdraw, name="live_programme_withdraw"),
    ]


@hooks.register("register_admin_menu_item")
def register_programme_item() -> MenuItem:
    return OrganisersItem(_("プログラム"), reverse("live_programme"), icon_name="calendar-alt", order=235)
