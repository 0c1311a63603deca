"""Specimens for the style guide `design.html`: invented content that shows every component in every state."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms, template
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

register = template.Library()

NOW = datetime(2026, 7, 28, 1, 0, tzinfo=UTC)


class SpecimenForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label=_("提案名"),
        max_length=40,
        help_text=_("事業の内容が一目で伝わる名称にしてください。"),
        widget=forms.TextInput(attrs={"data-count": 40}),
    )
    email = forms.EmailField(label=_("担当者のメールアドレス"))
    problem = forms.CharField(
        label=_("解決したい自治体の課題"),
        help_text=_("誰が、どの業務で、何に困っているかを書いてください。"),
        widget=forms.Textarea(attrs={"data-count": 400, "rows": 4}),
    )
    stage = forms.ChoiceField(
        label=_("開発段階"),
        choices=[("", _("選択してください")), ("idea", _("構想")), ("running", _("提供中"))],
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("応募区分"),
        choices=[("corporation", _("法人")), ("individual", _("個人")), ("joint", _("共同"))],
        widget=forms.RadioSelect,
    )
    areas = forms.MultipleChoiceField(
        label=_("対象業務"),
        help_text=_("当てはまるものをすべて選んでください。"),
        choices=[("tax", _("税")), ("welfare", _("福祉・子育て")), ("disaster", _("防災")), ("school", _("教育"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    evidence = forms.FileField(
        label=_("根拠資料"),
        help_text=_(
            "PDF・CSV・xlsx・JPEG・PNG、1ファイル50 MBまで。"
            "ZIPとパスワード付きのファイルは自治体で開けないため受け付けません。"
        ),
        required=False,
    )
    agreed = forms.BooleanField(label=_("本応募が契約を約束するものではないことを確認しました"))


@dataclass(frozen=True)
class Item:
    """Anything the list components read by attribute."""

    label: str = ""
    url: str = "#"
    state: str = "todo"
    note: str = ""
    is_current: bool = False
    count: int | None = None
    at: Any = None
    title: str = ""
    text: str = ""


STEPS = [
    Item("応募者", state="complete"),
    Item("提案の内容", state="complete"),
    Item("要件①〜④ 自己点検", state="missing", is_current=True, note="46問中31問に回答"),
    Item("発表", state="missing"),
    Item("同意事項"),
    Item("内容の確認と提出"),
]
TABS = [Item("すべて", is_current=True, count=23), Item("未回答", count=4), Item("回答済み", count=19), Item("非公開")]
TIMELINE = [
    Item(at=NOW - timedelta(days=9, hours=3), title="提出", text="受付番号 R8-01-7KQ4 を発行しました。"),
    Item(at=NOW - timedelta(days=4), title="補正依頼", text="要件③ 再委託先の一覧を添付してください。"),
    Item(at=NOW - timedelta(hours=20), title="再提出", is_current=True),
]
PAIRS = [
    ("開催日", "令和8年（2026年）9月3日（木）"),
    ("会場", "東京ユビキタス協創広場CANVAS 2階\n東京都中央区新川2-4-7"),
    ("参加方法", "会場参加・オンライン参加・後日動画視聴参加"),
    ("テーマ", ""),
]


@register.simple_tag
def design_specimens() -> dict[str, Any]:
    """Return everything design.html shows: an empty form, a wrong one, and lists for each component."""
    long_title = (
        "自治体の窓口業務における申請書類の自動読取りと基幹系システムへの連携を共同利用で実現するサービスのご提案"
    )
    wrong = SpecimenForm({"title": long_title, "email": "sato@", "kind": "", "problem": ""})
    return {
        "empty": SpecimenForm(auto_id="new_%s"),
        "wrong": wrong,
        "steps": STEPS,
        "tabs": TABS,
        "timeline": TIMELINE,
        "pairs": PAIRS,
        "crumbs": [("開催回・プログラム", "/rounds/"), ("令和8年度 第1回", "")],
        "page": Paginator(range(400), 20).page(7),
        "now": NOW,
        "far": NOW + timedelta(days=24, hours=7),
        "soon": NOW + timedelta(hours=31),
        "past": NOW - timedelta(hours=17),
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    }
