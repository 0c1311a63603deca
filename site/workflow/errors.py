"""How a step is refused: always with a reason that can be shown to the person who tried it."""


class Refused(Exception):
    """A step that may not be taken; message is Japanese, for display; code is one of the class attributes."""

    WRONG_STATE = "wrong_state"
    NOT_ALLOWED = "not_allowed"
    RULE = "rule"

    def __init__(self, message: str, *, code: str = RULE) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
