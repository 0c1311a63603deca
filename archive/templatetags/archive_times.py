"""Times inside a recording, as people write them."""

from django import template

register = template.Library()


@register.filter
def clock(milliseconds: int) -> str:
    """「12:34」, 「1:02:03」."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@register.filter
def whole_seconds(milliseconds: int) -> int:
    """Whole seconds, for the player."""
    return milliseconds // 1000
