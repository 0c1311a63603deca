"""Times inside a recording, as people write them and as they type them."""

import re

from core.text import fold

# A day of pitches is over before this; nobody can mean a later moment.
MOST_MS = 12 * 60 * 60 * 1000
_TYPED = re.compile(r"(?:(?P<h>\d{1,2})(?::|時間))?(?P<m>\d{1,3})(?::|分)(?:(?P<s>\d{1,2})秒?)?")


def clock(milliseconds: int) -> str:
    """「12:34」, 「1:02:03」."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def milliseconds(typed: str) -> int | None:
    """What somebody typed as 「12:34」, 「１：０２：０３」 or 「12分34秒」, in ms; None when it is no such time."""
    found = _TYPED.fullmatch("".join(fold(typed).split()))
    if found is None:
        return None
    hours, minutes, seconds = (int(found[name] or 0) for name in ("h", "m", "s"))
    if seconds >= 60 or (found["h"] and minutes >= 60):
        return None
    whole = ((hours * 60 + minutes) * 60 + seconds) * 1000
    return whole if whole <= MOST_MS else None
