"""What an applicant declares and agrees to; every line of the call must be accepted before a submission."""

from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

DECLARATIONS = {
    "eligibility": _("地方自治法施行令第167条の4に定める欠格事由に該当しません。"),
    "no_organised_crime": _("暴力団排除に関する誓約事項（役員等を含め、反社会的勢力と関係がないこと）に同意します。"),
    "broadcast": _("当日の様子の配信・録画、および録画の公開（YouTube・当サイト、公開期間内）に同意します。"),
    "personal_data": _("応募者・発表者の個人情報を、本事業の運営のために事務局が取り扱うことに同意します。"),
    "no_contract": _("本応募・登壇が、その後の契約を約束するものでも、有利に扱うものでもないことを確認しました。"),
}


def standard_declarations() -> list[dict[str, str]]:
    """The lines a new call starts with, as a call stores them: [{"key", "text"}], the text in Japanese."""
    with override("ja"):
        return [{"key": key, "text": str(text)} for key, text in DECLARATIONS.items()]


def declared(lines: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """key → text of a call's lines; a standard line in the reader's language, an organiser's own as it was written."""
    return {line["key"]: gettext(line["text"]) for line in lines}


def unaccepted(accepted: Collection[str], lines: Iterable[Mapping[str, str]]) -> list[str]:
    """The keys of a call's declarations that are not accepted."""
    return [line["key"] for line in lines if line["key"] not in accepted]
