"""The organisers' screens of the archive, in the Wagtail admin."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from archive import admin_views
from archive.permissions import is_organiser


class OrganisersItem(MenuItem):
    """A menu item that only organisers see; the views check for themselves."""

    def is_shown(self, request: Any) -> bool:
        return is_organiser(request.user)


@hooks.register("register_admin_urls")
def register_recording_urls() -> list[URLPattern]:
    return [
        path("recordings/", admin_views.rounds, name="archive_recordings"),
        path("recordings/<str:public_id>/", admin_views.recordings, name="archive_recordings_round"),
        path("recordings/<str:public_id>/save/", admin_views.save, name="archive_recordings_save"),
    ]


@hooks.register("register_admin_menu_item")
def register_recordings_item() -> MenuItem:
    return OrganisersItem(_("録画"), reverse("archive_recordings"), icon_name="media", order=240)
