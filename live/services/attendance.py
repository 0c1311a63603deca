"""Who takes part in a round: registering and cancelling."""

from datetime import datetime

from accounts.models import User
from accounts.selectors import body_of
from audit.services import chained, record
from live.models import Registration, Round
from workflow.errors import Refused


def register(*, round: Round, user: User, mode: str, accommodation: str, at: datetime) -> Registration:
    """Register an approved municipal officer for a public round, or change how they take part; safe to repeat."""
    body = body_of(user)
    if body is None:
        raise Refused("参加申込には、自治体職員としての登録と承認が必要です。", code=Refused.NOT_ALLOWED)
    if round.programme_published_at is None or round.is_historical:
        raise Refused("この回は参加申込を受け付けていません。")
    if round.feedback_until is not None and at >= round.feedback_until:
        raise Refused("この回の参加申込は終了しました。")
    with chained():
        registration, is_new = Registration.objects.update_or_create(
            round=round,
            user=user,
            defaults={"body": body, "mode": mode, "accommodation": accommodation, "cancelled_at": None},
            create_defaults={"body": body, "mode": mode, "accommodation": accommodation, "registered_at": at},
        )
        record(
            "register" if is_new else "change_registration",
            subject=registration,
            actor=user,
            at=at,
            facts={"mode": mode},
        )
    return registration


def cancel_registration(*, round: Round, user: User, at: datetime) -> None:
    """Cancel one's own registration; what was asked and voted stays."""
    with chained():
        for registration in Registration.objects.select_for_update().filter(round=round, user=user, cancelled_at=None):
            registration.cancelled_at = at
            registration.save(update_fields=["cancelled_at"])
            record("cancel_registration", subject=registration, actor=user, at=at)
