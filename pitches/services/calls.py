"""What organisers do with calls: their words, their rules, and a longer window for one vendor."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop

from accounts.models import User, Vendor
from accounts.selectors import people_of_vendor, vendor_of
from audit.services import chained, record
from core.calendar import format_deadline
from core.codes import make_access_code, plain_access_code
from notifications.services import enqueue, not_yet_sent
from pitches.call_rules import changed_rules, rule_changes, rules_of
from pitches.models import Call, CallRules, Extension, Proposal
from pitches.permissions import manages_calls
from workflow.errors import Refused

# What waits so long gathers what an organiser corrects in the same sitting.
RULES, RULES_HOLD = "rules", timedelta(minutes=10)
RULES_NEED_A_REASON = gettext_noop("公開した募集の条件を変えるときは、変更の理由を入力してください。")
UNKNOWN_CODE = gettext_noop("アクセスコードが正しくないか、この募集・この事業者のものではありません。")


class StaleCall(Exception):
    """Somebody saved the call in between; `current` is what stands now, nothing was written."""

    def __init__(self, current: Call) -> None:
        super().__init__(f"version {current.version}")
        self.current = current


def save_call(
    *, call: Call, fields: Mapping[str, Any], actor: User, at: datetime, reason: str = "", expect: int | None = None
) -> Call:
    """Create a call or change it; fields are cleaned by pitches.forms.CallForm. What changed goes on record.

    Rules that change once the call is public become a new version, need a reason, and are told to every vendor with a
    proposal in this call. expect is the version the person saw (StaleCall otherwise).
    """
    if not manages_calls(actor):
        raise Refused("募集を編集する権限がありません。", code=Refused.NOT_ALLOWED)
    is_new = call.pk is None
    with chained():
        current = call if is_new else Call.objects.select_for_update().get(pk=call.pk)
        if expect is not None and current.version != expect:
            raise StaleCall(current)
        before = rules_of(current)
        changed = {
            name: {"before": str(getattr(current, name)), "after": str(value)}
            for name, value in fields.items()
            if is_new or getattr(current, name) != value
        }
        was_public = not is_new and current.is_public(at)
        for name, value in fields.items():
            setattr(current, name, value)
        current.version += 0 if is_new else 1
        _keep_rules(current, before, was_public=was_public, reason=reason.strip(), actor=actor, at=at)
        verb = "create_call" if is_new else "change_call"
        record(verb, subject=current, actor=actor, at=at, facts={"changed": changed, "reason": reason.strip()})
    return current


def _keep_rules(
    call: Call, before: Mapping[str, Any], *, was_public: bool, reason: str, actor: User, at: datetime
) -> None:
    """Save the call with the version of the rules that holds from now on."""
    after = rules_of(call)
    is_new_version = was_public and bool(changed_rules(before, after))
    if is_new_version:
        if not reason:
            raise Refused(RULES_NEED_A_REASON)
        # A call from before its rules had versions keeps what held until now as its first one.
        CallRules.objects.get_or_create(
            call=call, number=call.rules_number, defaults={"content": before, "changed_at": call.created_at}
        )
        call.rules_number += 1
    call.save()
    written = {"content": after, "reason": reason if is_new_version else "", "changed_by": actor, "changed_at": at}
    # What nobody outside has read yet may still be put right in place.
    CallRules.objects.update_or_create(call=call, number=call.rules_number, defaults=written)
    if is_new_version:
        _tell_of_rules(call, at)


def _tell_of_rules(call: Call, at: datetime) -> None:
    """Mail every vendor in this call what changed; an organiser who saves again within minutes sends one mail of all.

    Whoever has not got the mail of an earlier change yet reads it in this one, which takes its place.
    """
    vendors = Vendor.objects.filter(proposals__in=Proposal.objects.filter(call=call).exclude(state="withdrawn"))
    rules = {each.number: each for each in call.rules_versions.order_by("number")}
    for vendor in vendors.distinct().order_by("pk"):
        for person in people_of_vendor(vendor):
            unsent = not_yet_sent(about=call, topic=RULES, to=person)
            first = int(unsent[0].dedupe_key.split(":")[2]) if unsent else call.rules_number
            told = [rules[number] for number in range(first, call.rules_number + 1) if number in rules]
            due_at = min([at + RULES_HOLD, *(each.not_before for each in unsent if each.state == each.State.QUEUED)])
            enqueue(
                "mail/pitches/rules_changed",
                to=person,
                context={
                    "call": call,
                    "changes": rule_changes(rules[first - 1].content, rules[call.rules_number].content),
                    "reason": "、".join(dict.fromkeys(each.reason for each in told)),
                    "vendor": vendor,
                },
                at=at,
                hold=max(due_at - at, timedelta(0)),
                dedupe_key=f"rules:{call.pk}:{call.rules_number}:{person.pk}",
                about=call,
                topic=RULES,
            )


# --- A longer window for one vendor -----------------------------------------------------------------------------


def issue_extension(
    *, call: Call, vendor: Vendor, until_at: datetime, reason: str, actor: User, at: datetime
) -> tuple[Extension, str]:
    """Draw an access code that lets one vendor submit until a later moment; the code is returned once, never kept."""
    if not manages_calls(actor):
        raise Refused("締切を延長する権限がありません。", code=Refused.NOT_ALLOWED)
    if vendor_of(actor) == vendor:
        raise Refused("ご自身が担当する事業者の締切は、延長できません。", code=Refused.NOT_ALLOWED)
    if not reason.strip():
        raise Refused("延長の理由を入力してください。")
    if until_at <= max(at, call.closes_at):
        raise Refused("延長後の締切は、募集の締切より後の、これからの日時にしてください。")
    code = make_access_code(secrets.token_bytes(32))
    with chained():
        extension = Extension.objects.create(
            call=call,
            vendor=vendor,
            code_hash=_hash(code),
            until_at=until_at,
            reason=reason.strip(),
            issued_by=actor,
            issued_at=at,
        )
        facts = {"vendor": vendor.pk, "until_at": until_at.isoformat(), "reason": extension.reason}
        record("issue_extension", subject=extension, actor=actor, at=at, facts=facts)
    return extension, code


def revoke_extension(*, extension: Extension, actor: User, at: datetime) -> None:
    """Take an access code back, used or not; what was submitted with it stays."""
    if not manages_calls(actor):
        raise Refused("延長を取り消す権限がありません。", code=Refused.NOT_ALLOWED)
    with chained():
        if Extension.objects.filter(pk=extension.pk, revoked_at=None).update(revoked_at=at):
            record("revoke_extension", subject=extension, actor=actor, at=at)


def redeem_extension(*, call: Call, code: str, user: User, at: datetime) -> Extension:
    """Open the longer window with its code, once; a colleague's second press finds it open.

    A wrong code, another vendor's and a revoked one are refused alike: nothing tells which codes exist.
    """
    vendor = vendor_of(user)
    with chained():
        found = (
            Extension.objects.select_for_update()
            .filter(call=call, vendor=vendor, code_hash=_hash(code), revoked_at=None)
            .first()
            if vendor is not None
            else None
        )
        if found is None:
            raise Refused(UNKNOWN_CODE)
        if found.until_at <= at:
            raise Refused(
                "このアクセスコードの期限（%(until)s）を過ぎています。", until=format_deadline(found.until_at)
            )
        if found.used_at is None:
            found.used_by, found.used_at = user, at
            found.save(update_fields=["used_by", "used_at"])
            record("redeem_extension", subject=found, actor=user, at=at, facts={"call": call.pk})
    return found


def _hash(code: str) -> str:
    # 145 drawn bits need no slow hash: nobody tries them out.
    return hashlib.sha256(plain_access_code(code).encode()).hexdigest()
