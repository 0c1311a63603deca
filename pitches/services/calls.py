"""What organisers do with calls."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from audit.services import chained, record
from pitches.models import Call
from pitches.permissions import manages_calls
from workflow.errors import Refused


def save_call(*, call: Call, fields: Mapping[str, Any], actor: User, at: datetime) -> Call:
    """Create a call or change it; fields are cleaned by pitches.forms.CallForm. What changed goes on record."""
    if not manages_calls(actor):
        raise Refused("募集を編集する権限がありません。", code=Refused.NOT_ALLOWED)
    is_new = call.pk is None
    with chained():
        changed = {
            name: {"before": str(getattr(call, name)), "after": str(value)}
            for name, value in fields.items()
            if is_new or getattr(call, name) != value
        }
        for name, value in fields.items():
            setattr(call, name, value)
        call.save()
        record("create_call" if is_new else "change_call", subject=call, actor=actor, at=at, facts={"changed": changed})
    return call
