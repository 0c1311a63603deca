"""The pages of an application: which fields and which questions stand on which."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.requirements import edition, missing
from pitches.models import Proposal


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """One page of the form: plain fields of the proposal, or the questions of one group ("G", "R1" … "R4").

    stage is that of its questions: "A" at application, "B" after selection.
    """

    key: str
    label: Any
    fields: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    group: str = ""
    stage: str = "A"


PAGES = (
    ApplicationPage(
        "proposal",
        _("提案"),
        (
            "title",
            "tagline",
            "theme",
            "problem",
            "audience",
            "work",
            "content",
            "difference",
            "effect",
            "wishes",
            "demo_url",
        ),
        ("title", "tagline", "theme", "problem", "content"),
    ),
    ApplicationPage("basics", _("前提"), group="G"),
    ApplicationPage("shared-use", _("① 共同利用"), group="R1"),
    ApplicationPage("feasibility", _("② 制度上の実現可能性"), group="R2"),
    ApplicationPage("security", _("③ セキュリティ"), group="R3"),
    ApplicationPage("support", _("④ 運用サポート体制"), group="R4"),
    ApplicationPage(
        "presenter",
        _("発表・連絡先"),
        (
            "presenter_name",
            "presenter_kana",
            "presenter_title",
            "attendance",
            "equipment",
            "accommodation",
            "contact_name",
            "contact_email",
            "contact_phone",
        ),
        ("presenter_name", "attendance", "contact_name", "contact_email"),
    ),
    ApplicationPage("files", _("資料"), ("disclosure",)),
    ApplicationPage("confirm", _("確認と提出"), ("declarations",)),
)
# What is asked only after a selection was published; the application's own pages stay closed meanwhile.
DETAIL_PAGES = (
    ApplicationPage("details-shared-use", _("① 共同利用"), group="R1", stage="B"),
    ApplicationPage("details-feasibility", _("② 制度上の実現可能性"), group="R2", stage="B"),
    ApplicationPage("details-security", _("③ セキュリティ"), group="R3", stage="B"),
    ApplicationPage("details-support", _("④ 運用サポート体制"), group="R4", stage="B"),
    ApplicationPage("details-confirm", _("確認と提出"), stage="B"),
)
FIELDS = tuple(field for page in PAGES for field in page.fields)


def page(key: str) -> ApplicationPage:
    """The page with this key; KeyError if there is none."""
    for candidate in (*PAGES, *DETAIL_PAGES):
        if candidate.key == key:
            return candidate
    raise KeyError(key)


def missing_fields(proposal: Proposal) -> list[str]:
    """The labels of required plain fields that are empty."""
    return [field_label(field) for each in PAGES for field in each.required if not getattr(proposal, field)]


def field_label(name: str) -> str:
    """What people call a plain field of a proposal."""
    field: Any = Proposal._meta.get_field(name)
    return str(field.verbose_name)


def missing_on(each: ApplicationPage, proposal: Proposal, answers: Mapping[str, Any]) -> int:
    """How many required things are still empty on one page."""
    fields = sum(1 for field in each.required if not getattr(proposal, field))
    if not each.group:
        return fields
    asked = missing(edition(proposal.edition), answers, each.stage)
    return sum(1 for question in asked if question.requirement == each.group)
