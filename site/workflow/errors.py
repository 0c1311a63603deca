"""How a step is refused: always with a reason that can be shown to the person who tried it."""

from typing import Any

from django.utils.translation import gettext


class Refused(Exception):
    """A step that may not be taken; code is one of the class attributes.

    It is raised with its Japanese words, which are the key of its translation, and the values of their placeholders;
    message is what the person who tried reads, in that person's language; words is what tells refusals apart.
    """

    WRONG_STATE = "wrong_state"
    NOT_ALLOWED = "not_allowed"
    RULE = "rule"

    def __init__(self, words: str, *, code: str = RULE, **values: Any) -> None:
        self.message = gettext(words) % values if values else gettext(words)
        self.words = words
        self.code = code
        super().__init__(self.message)
