"""Every named address of the site and what each role gets from it: the policy, written out by hand.

A row is (method, how to fill the address in from the world, {status: roles}). Roles not named get the row's `others`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

ROLES = (
    "anonymous",
    "outsider",
    "vendor",
    "rival_vendor",
    "officer",
    "second_officer",
    "reviewer",
    "screener",
    "moderator",
    "organiser",
    "editor",
)
SIGNED_IN = tuple(role for role in ROLES if role != "anonymous")
World = SimpleNamespace


@dataclass(frozen=True, slots=True)
class Row:
    """What one address answers to whom; statuses of roles not named are `others`."""

    others: int
    args: Callable[[World], tuple[Any, ...]] = lambda world: ()
    method: str = "get"
    named: dict[str, int] = field(default_factory=dict)
    posted: dict[str, Any] = field(default_factory=dict)

    def expected(self, role: str) -> int:
        return self.named.get(role, self.others)


def everyone(args: Callable[[World], tuple[Any, ...]] = lambda world: ()) -> Row:
    return Row(200, args)


def signed_in(args: Callable[[World], tuple[Any, ...]] = lambda world: (), status: int = 200) -> Row:
    return Row(status, args, named={"anonymous": 302})


def only(
    roles: str,
    args: Callable[[World], tuple[Any, ...]] = lambda world: (),
    *,
    method: str = "get",
    status: int = 200,
    others: int = 404,
    anonymous: int = 302,
    **posted: Any,
) -> Row:
    """Only these roles get in; anonymous people are asked to sign in, all others learn nothing."""
    return Row(others, args, method, {"anonymous": anonymous, **dict.fromkeys(roles.split(), status)}, posted)


def admin(roles: str, args: Callable[[World], tuple[Any, ...]] = lambda world: (), **options: Any) -> Row:
    """Inside the Wagtail admin: everybody without business there is led away."""
    row = only(roles, args, others=302, **options)
    inside = {role: 302 for role in ("screener", "organiser", "editor") if role not in roles.split()}
    return Row(row.others, row.args, row.method, row.named | inside, row.posted)


def _pk(name: str, *rest: Any) -> Callable[[World], tuple[Any, ...]]:
    """Fill an address with the public id of a thing of the world, then with what else it takes."""
    return lambda world: (getattr(world, name).public_id, *(part(world) if callable(part) else part for part in rest))


IN_ROOM = "officer vendor moderator organiser"
STAFF_OF_ROOM = "moderator organiser"
SCREENING = "screener organiser"

TABLE: dict[str, Row] = {
    # --- for everyone
    "healthz": everyone(),
    "readyz": everyone(),
    "robots": everyone(),
    "wagtail_serve": everyone(lambda world: ("about/",)),
    "pitches:calls": everyone(),
    "pitches:call": everyone(_pk("call")),
    "pitches:redeem": signed_in(_pk("call"), status=302),
    "pitches:catalogue": everyone(),
    "pitches:published": everyone(_pk("selected")),
    "pitches:briefing": everyone(_pk("selected")),
    "pitches:requirement_sheet": everyone(_pk("selected")),
    "live:rounds": everyone(),
    "live:programme": everyone(_pk("round")),
    "live:code": everyone(),
    "live:code_room": Row(302, lambda world: (world.room.code,)),
    "evaluation:results": everyone(),
    "evaluation:result": everyone(_pk("publication")),
    "archive:years": everyone(),
    "archive:round": everyone(_pk("round")),
    "archive:qr": everyone(_pk("recording")),
    "set_language": Row(302, method="post", posted={"language": "ja"}),
    # --- the doors
    "admin_login": Row(302),
    "django_admin": Row(302),
    "wagtail_login": Row(302),
    "wagtailcore_login": Row(302),
    "wagtailcore_authenticate_with_password": Row(404, lambda world: (1, 1)),
    "account_login": Row(302, named={"anonymous": 200}),
    "account_signup": Row(302, named={"anonymous": 200}),
    "account_logout": signed_in(),
    "account_inactive": everyone(),
    "account_reauthenticate": signed_in(),
    "account_email": signed_in(),
    "account_email_verification_sent": Row(302),
    "account_change_password": signed_in(),
    "account_set_password": Row(302),
    "account_reset_password": everyone(),
    "account_reset_password_done": everyone(),
    "account_reset_password_from_key": everyone(lambda world: ("1", "x-x")),
    "account_reset_password_from_key_done": everyone(),
    "account_confirm_login_code": Row(302),
    "mfa_index": signed_in(),
    "mfa_authenticate": Row(302),
    "mfa_reauthenticate": Row(302),
    "mfa_activate_totp": signed_in(status=302),
    "mfa_deactivate_totp": signed_in(status=404),
    "mfa_view_recovery_codes": signed_in(status=404),
    "mfa_generate_recovery_codes": signed_in(status=302),
    "mfa_download_recovery_codes": signed_in(status=404),
    # --- one's own
    "mypage": signed_in(),
    "accounts:vendor": signed_in(),
    "accounts:body": signed_in(),
    "accounts:people": only("vendor rival_vendor"),
    "accounts:remove_colleague": only("vendor", lambda w: (w.vendor.vendor_membership.pk,), method="post", status=302),
    "accounts:resend_invitation": only("vendor", _pk("invitation"), method="post", status=302),
    "accounts:revoke_invitation": only("vendor", _pk("invitation"), method="post", status=302),
    "accounts:open_invitation": everyone(),
    "accounts:accept_invitation": Row(302),
    "files:download": only("vendor", lambda world: (world.stored.public_id,), anonymous=404),
    # --- a vendor's proposal: its own people, nobody else
    "pitches:proposals": signed_in(),
    "pitches:start": signed_in(_pk("call"), status=405),
    "pitches:proposal": only("vendor", _pk("draft")),
    "pitches:edit": only("vendor", _pk("draft", "proposal")),
    "pitches:attachments": only("vendor", _pk("draft"), method="post", status=422),
    "pitches:remove_attachment": only("vendor", _pk("draft", lambda w: w.stored.public_id), method="post", status=302),
    "pitches:history": only("vendor", _pk("draft")),
    "pitches:restore": only("vendor", _pk("draft", lambda w: w.change.pk), method="post", status=409),
    "pitches:text": only("vendor", _pk("draft")),
    "pitches:kept_text": only("vendor", _pk("draft", lambda w: w.kept.public_id)),
    "pitches:submit": only("vendor", _pk("draft"), method="post", status=422),
    "pitches:resubmit": only("vendor", _pk("draft"), method="post", status=422),
    "pitches:hand_in": only("vendor", _pk("draft"), method="post", status=422),
    "pitches:withdraw": only("vendor", _pk("draft"), method="post", status=302),
    "pitches:receipt": only("vendor", _pk("proposal")),
    "pitches:own_requirement_sheet": only("vendor", _pk("proposal")),
    "pitches:result_notice": only("vendor", _pk("selected")),
    # --- a round and its room
    "live:register": signed_in(_pk("round")),
    "live:cancel": signed_in(_pk("round"), status=405),
    # An officer who is not registered is led to the registration; everybody else learns nothing.
    "live:room": Row(
        404, _pk("room"), named={"anonymous": 302, "second_officer": 302, **dict.fromkeys(IN_ROOM.split(), 200)}
    ),
    "live:vote": only(IN_ROOM, _pk("room"), method="post", status=302),
    "live:withdraw": only(IN_ROOM, _pk("room"), method="post", status=302),
    "live:screen": only(STAFF_OF_ROOM, _pk("room"), anonymous=404),
    "live:renew_screen": only(STAFF_OF_ROOM, _pk("room"), method="post", status=302),
    "live:ticket": only(IN_ROOM, _pk("room"), method="post", anonymous=404),
    "live:state": only(IN_ROOM, _pk("room"), anonymous=404),
    "live:events": only(IN_ROOM, _pk("room"), anonymous=404),
    "live:similar": only(IN_ROOM, _pk("room"), anonymous=404),
    "live:stream": only(IN_ROOM, _pk("room"), anonymous=404),
    "live:commands": only(IN_ROOM, _pk("room"), method="post", status=400, anonymous=404),
    "live:inbox": only("vendor", _pk("room")),
    "live:inbox_save": only("vendor", _pk("room"), method="post", status=422),
    "live:answers": only(STAFF_OF_ROOM, _pk("room")),
    "live:summary": only("vendor", _pk("over_room")),
    "live:summary_csv": only("vendor", _pk("over_room")),
    "live:polls": only(STAFF_OF_ROOM, _pk("room")),
    "live:poll_reply": only(IN_ROOM, _pk("room"), method="post", status=422),
    "live:react": only(IN_ROOM, _pk("room"), method="post", status=302),
    "live:moderate": only(STAFF_OF_ROOM, _pk("room")),
    "live:moderate_day": only(STAFF_OF_ROOM, _pk("room")),
    "live:moderate_decide": only(STAFF_OF_ROOM, _pk("room"), method="post", status=422),
    "live:moderate_run": only(STAFF_OF_ROOM, _pk("room"), method="post", status=302, phase="live"),
    "live:records": only(STAFF_OF_ROOM, _pk("room")),
    "live:record": only(STAFF_OF_ROOM, lambda world: (world.room.public_id, "minutes")),
    "live:record_file": only(STAFF_OF_ROOM, lambda world: (world.room.public_id, "answers", "csv")),
    "live:numbers": only(STAFF_OF_ROOM, _pk("room")),
    "live:posts": only(STAFF_OF_ROOM, lambda world: (world.room.public_id, "csv")),
    # --- the panel
    "evaluation:reviews": only("reviewer"),
    "evaluation:review": only("reviewer", _pk("assessment")),
    "evaluation:conflict": only("reviewer", _pk("assessment")),
    # --- screeners and organisers in the admin
    "pitches_screening": admin(SCREENING),
    "pitches_screening_proposal": admin(SCREENING, _pk("proposal")),
    "pitches_judge": admin(SCREENING, _pk("proposal"), method="post", status=404),
    "pitches_screening_bulk": admin(SCREENING, method="post", status=404),
    "pitches_screening_statistics": admin(SCREENING),
    "pitches_screening_exports": admin(SCREENING),
    "pitches_screening_export": admin(SCREENING, lambda world: ("matrix", "csv"), method="post"),
    "pitches_assign": admin(SCREENING, _pk("proposal"), method="post", status=422),
    "pitches_second_opinion": admin(SCREENING, _pk("proposal"), method="post", status=404),
    "pitches_correct": admin(SCREENING, _pk("proposal"), method="post", status=422),
    "pitches_admit": admin(SCREENING, _pk("proposal"), method="post", status=302),
    "pitches_reject": admin(SCREENING, _pk("proposal"), method="post", status=422),
    "pitches_confirm_rejection": admin(SCREENING, _pk("proposal"), method="post", status=302),
    "pitches_calls": admin("organiser"),
    "pitches_new_call": admin("organiser"),
    "pitches_edit_call": admin("organiser", _pk("call")),
    "pitches_extensions": admin("organiser", _pk("call")),
    "pitches_revoke_extension": admin("organiser", _pk("call", "none"), method="post", status=404),
    # --- organisers in the admin
    "archive_recordings": admin("organiser"),
    "archive_recordings_round": admin("organiser", _pk("round")),
    "archive_recordings_save": admin("organiser", _pk("round"), method="post", status=422),
    "evaluation_standings": admin("organiser"),
    "evaluation_standings_call": admin("organiser", _pk("call")),
    "evaluation_add_reviewer": admin("organiser", _pk("call"), method="post", status=422),
    "evaluation_reopen": admin("organiser", _pk("call"), method="post", status=404),
    "evaluation_export": admin("organiser", _pk("call", "csv")),
    "evaluation_decide": admin("organiser", _pk("call"), method="post", status=404),
    "evaluation_publication": admin("organiser", _pk("call")),
    "live_programme": admin("organiser"),
    "live_programme_new": admin("organiser"),
    "live_programme_round": admin("organiser", _pk("round")),
    "live_programme_edit": admin("organiser", _pk("round")),
    "live_programme_day": admin("organiser", _pk("round"), method="post", status=422),
    "live_programme_add_part": admin("organiser", _pk("round"), method="post", status=422),
    "live_programme_add_slot": admin("organiser", _pk("round", 1), method="post", status=302),
    "live_programme_remove_slot": admin(
        "organiser", _pk("round", lambda w: w.slot.public_id), method="post", status=302
    ),
    "live_programme_room": admin("organiser", _pk("round"), method="post", status=302),
    "live_programme_publish": admin("organiser", _pk("round"), method="post", status=302),
    "live_programme_withdraw": admin("organiser", _pk("round"), method="post", status=302),
    "audit_trail": admin("organiser"),
    "accounts_members": admin("organiser"),
    "accounts_add_domain": admin("organiser", method="post", status=422),
    "accounts_remove_domain": admin("organiser", lambda world: (0,), method="post", status=404),
    "accounts_members_decide": admin("organiser", lambda world: (0,), method="post", status=404),
}
