"""Why a service of this room did nothing; each message is Japanese, for display."""


class Changed(Exception):
    """What was to be decided on is no longer what the actor saw."""


class NotAllowed(Exception):
    """The actor may not do this."""


class Refused(Exception):
    """It cannot be done now, and the message says why and what to do."""
