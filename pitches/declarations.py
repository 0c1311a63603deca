"""What an applicant declares and agrees to; every line must be accepted before a submission."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

DECLARATIONS = {
    "eligibility": _("地方自治法施行令第167条の4に定める欠格事由に該当しません。"),
    "no_organised_crime": _("暴力団排除に関する誓約事項（役員等を含め、反社会的勢力と関係がないこと）に同意します。"),
    "broadcast": _("当日の様子の配信・録画、および録画の公開（YouTube・当サイト、公開期間内）に同意します。"),
    "personal_data": _("応募者・発表者の個人情報を、本事業の運営のために事務局が取り扱うことに同意します。"),
    "no_contract": _("本応募・登壇が、その後の契約を約束するものでも、有利に扱うものでもないことを確認しました。"),
}


def unaccepted(accepted: Collection[str]) -> list[str]:
    """The keys of the declarations that are not accepted."""
    return [key for key in DECLARATIONS if key not in accepted]
