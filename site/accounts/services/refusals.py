"""Why a service of this room did nothing: raised with its Japanese words, read in the language of who tried."""

from django.utils.translation import gettext


class _Translated(Exception):
    """The words are the key of their translation."""

    def __init__(self, words: str) -> None:
        super().__init__(gettext(words))


class Changed(_Translated):
    """What was to be decided on is no longer what the actor saw."""


class NotAllowed(_Translated):
    """The actor may not do this."""


class Refused(_Translated):
    """It cannot be done now, and the message says why and what to do."""
