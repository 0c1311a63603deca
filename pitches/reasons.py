"""The reasons a judgement may give, as a table of words: key, label, and the statuses for which each makes sense."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

OTHER = "other"
CHANGED = "changed"

_MET = frozenset({"fit"})
_OPEN = frozenset({"unclear", "unfit"})
_ANY_DOUBT = frozenset({"conditional", "unclear", "unfit"})


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """One reason. The system alone gives the one that no status offers."""

    key: str
    label: Any
    statuses: frozenset[str]


REASON_CODES: Mapping[str, ReasonCode] = MappingProxyType(
    {
        code.key: code
        for code in (
            ReasonCode("meets", _("要件を満たす"), _MET),
            ReasonCode("evidence_confirmed", _("証跡で確認できた"), _MET | {"conditional"}),
            ReasonCode("before_the_day", _("開催日までに満たすことが条件"), frozenset({"conditional"})),
            ReasonCode("plan_only", _("予定・計画のみ"), _ANY_DOUBT),
            ReasonCode("evidence_missing", _("証跡がない"), _ANY_DOUBT),
            ReasonCode("evidence_unreadable", _("証跡が読み取れない"), _OPEN),
            ReasonCode("evidence_expired", _("証跡・認証の期限切れ"), _ANY_DOUBT),
            ReasonCode("contradicts_evidence", _("回答と証跡が矛盾する"), _OPEN),
            ReasonCode("too_vague", _("回答が具体的でない"), _ANY_DOUBT),
            ReasonCode("no_legal_basis", _("根拠法令の記載がない"), _ANY_DOUBT),
            ReasonCode("not_met", _("要件を満たさない"), frozenset({"unfit"})),
            ReasonCode("no_personal_information", _("個人情報を取り扱わない"), frozenset({"exempt"})),
            ReasonCode(CHANGED, _("提出後に回答が変更された"), frozenset()),
            ReasonCode(OTHER, _("その他"), _MET | _ANY_DOUBT | {"exempt"}),
        )
    }
)


def codes_for(status: str) -> tuple[ReasonCode, ...]:
    """The reasons a person may give for a status, in the order of the table."""
    return tuple(code for code in REASON_CODES.values() if status in code.statuses)


def labels_of(keys: Iterable[str]) -> list[str]:
    """The labels of reason keys in the order given; keys nobody knows any more are shown as they are."""
    return [str(REASON_CODES[key].label) if key in REASON_CODES else key for key in keys]
