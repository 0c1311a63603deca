"""Roof room: Wagtail page types, public listings and マイページ."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesRoom(AppConfig):
    name = "pages"
    verbose_name = _("ページ")
