"""Times inside a recording, as people write them."""

from django import template

from core.playtime import clock

register = template.Library()


register.filter(clock)


@register.filter
def whole_seconds(milliseconds: int) -> int:
    """Whole seconds, for the player."""
    return milliseconds // 1000
