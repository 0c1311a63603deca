"""Addresses in a published answer become links; live/static/live/links.js does the same in the browser."""

import re
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Japanese goes on without a space: an address ends where ASCII does, and before a mark that closes the sentence.
ADDRESS: Final = re.compile(r"(https?://[!-;=?-~]*[A-Za-z0-9/=_-])")


def linked(text: str) -> SafeString:
    """The text as HTML with its addresses as links; nothing else in it is markup."""
    pieces = enumerate(ADDRESS.split(text))
    return format_html_join("", "{}", ((_link(piece) if place % 2 else piece,) for place, piece in pieces))


def _link(address: str) -> SafeString:
    return format_html('<a href="{}" rel="noopener nofollow ugc">{}</a>', address, address)
