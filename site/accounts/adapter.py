"""allauth's questions to this site: mails in plain text through its templates, no names in addresses."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """One sign-in door for everybody."""

    def is_safe_url(self, url: str | None) -> bool:
        """Redirects after sign-in stay on this host, as a path."""
        return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names: people are known by their address."""
