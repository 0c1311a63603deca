"""Wagtail page types: the home page and pages of plain content."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from archive.selectors import recent_past_rounds
from live.selectors import coming_rounds
from pitches.selectors import open_calls


class Step(blocks.StructBlock):
    """One step of how taking part works."""

    title = blocks.CharBlock(label=_("見出し"), max_length=40)
    text = blocks.TextBlock(label=_("説明"), max_length=200)

    class Meta:
        icon = "list-ol"
        label = _("手順")


BODY_BLOCKS = [
    ("heading", blocks.CharBlock(label=_("見出し"), template="pages/blocks/heading.html")),
    ("paragraph", blocks.RichTextBlock(label=_("本文"), features=["h3", "bold", "ol", "ul", "link"])),
    ("steps", blocks.ListBlock(Step(), label=_("手順"), template="pages/blocks/steps.html")),
]


class HomePage(Page):
    """The front door: what a 自治体ピッチ is, what is open now, what comes and what has been."""

    lead = RichTextField(_("リード文"), features=["bold", "link"], blank=True)
    body = StreamField(BODY_BLOCKS, verbose_name=_("本文"), blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    subpage_types: ClassVar[list[str]] = ["pages.ContentPage"]
    max_count = 1

    class Meta:
        verbose_name = _("ホーム")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        return super().get_context(request, *args, **kwargs) | {
            "open_calls": open_calls(now),
            "coming_rounds": coming_rounds(now),
            "past_rounds": recent_past_rounds(now),
            "at": now,
        }


class ContentPage(Page):
    """A page of words: about the programme, accessibility, how personal data is treated."""

    body = StreamField(BODY_BLOCKS, verbose_name=_("本文"))

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("body")]
    parent_page_types: ClassVar[list[str]] = ["pages.HomePage", "pages.ContentPage"]

    class Meta:
        verbose_name = _("コンテンツページ")
        verbose_name_plural = _("コンテンツページ")
