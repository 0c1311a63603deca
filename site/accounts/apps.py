"""Ground room: who people are and for whom they act."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsRoom(AppConfig):
    name = "accounts"
    verbose_name = _("利用者")
