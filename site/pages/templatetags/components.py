"""The tags a template uses to draw the site's components; `templates/components/README.md` shows each in use."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.calendar import format_date_ja, format_deadline, remaining_ja, to_jst

register = template.Library()

TONE_ICONS = {
    "neutral": "circle",
    "key": "info",
    "info": "info",
    "success": "success",
    "warning": "warning",
    "error": "error",
}
CONTROL_CLASSES = (
    (forms.CheckboxInput, "tick"),
    (forms.FileInput, "file"),
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
)
SOON = timedelta(days=3)


# --- Fields -----------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    *,
    label: str = "",
    help_text: str = "",
    width: str = "",
    count: int | None = None,
    required: bool | None = None,
    row: bool = False,
    boxed: bool = False,
) -> dict[str, Any]:
    """Draw one field with its label, help, control, errors and counter.

    width is "short" (8 rem), "medium" (20 rem) or "" (the prose width). count is a limit in characters as people count
    them; a widget attribute data-count gives it too. required overrides the word after the label where the duty depends
    on another answer. row and boxed arrange radio buttons and checkboxes.
    """
    limit = count or bound.field.widget.attrs.get("data-count")
    described_by = [f"{bound.auto_id}_{part}" for part, is_shown in _field_parts(bound, help_text, limit) if is_shown]
    kind = _field_kind(bound)
    # A placeholder vanishes while one types: what it would say stands in the label or the help.
    attrs: dict[str, Any] = {"class": _field_class(bound, width), "placeholder": False}
    if described_by and kind != "choices":
        attrs["aria-describedby"] = " ".join(described_by)
    return {
        "field": bound,
        "kind": kind,
        "control": _without_cut(bound, limit).as_widget(attrs=attrs) if kind != "choices" else "",
        "label": label or bound.label,
        "help": help_text or bound.help_text,
        "is_required": bound.field.required if required is None else required,
        "described_by": " ".join(described_by),
        "limit": limit,
        "row": row,
        "boxed": boxed,
    }


def _field_parts(bound: BoundField, help_text: str, limit: Any) -> list[tuple[str, Any]]:
    return [("helptext", help_text or bound.help_text), ("count", limit), ("error", bound.errors)]


def _field_kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if _is_choices(bound):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "compound" if bound.use_fieldset and isinstance(widget, forms.MultiWidget) else "line"


def _is_choices(bound: BoundField) -> bool:
    """Radio buttons, and checkboxes for several values, which Django derives from them."""
    return isinstance(bound.field.widget, forms.RadioSelect)


def _field_class(bound: BoundField, width: str) -> str:
    own = bound.field.widget.attrs.get("class", "")
    name = next((name for widget_type, name in CONTROL_CLASSES if isinstance(bound.field.widget, widget_type)), "input")
    return " ".join(filter(None, [own, name, width and f"{name}--{width}"]))


def _without_cut(bound: BoundField, limit: Any) -> BoundField:
    """A counted field loses maxlength: the browser counts UTF-16 units and would cut pasted text without a word."""
    if limit:
        bound.field.widget.attrs.pop("maxlength", None)
    return bound


@register.inclusion_tag("components/form_errors.html")
def form_errors(*checked: "forms.BaseForm | BaseFormSet[Any]") -> dict[str, Any]:
    """Draw the summary of everything wrong in the forms and form sets given; nothing when nothing is wrong."""
    return {"problems": [problem for form in checked if form for problem in _problems(form)]}


def _problems(checked: "forms.BaseForm | BaseFormSet[Any]") -> Iterator[dict[str, str]]:
    """Yield {"href", "label", "text"} per error; href is empty where no control can be pointed at."""
    if isinstance(checked, BaseFormSet):
        yield from ({"href": "", "label": "", "text": str(text)} for text in checked.non_form_errors())
        for form in checked.forms:
            yield from _problems(form)
        return
    yield from ({"href": "", "label": "", "text": str(text)} for text in checked.non_field_errors())
    for bound in checked:
        anchor = "" if bound.is_hidden else f"{bound.auto_id}_0" if _is_choices(bound) else bound.id_for_label
        for text in bound.errors:
            yield {"href": f"#{anchor}" if anchor else "", "label": str(bound.label), "text": str(text)}


# --- Small marks ------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a decorative symbol of icons.svg in the colour of the text around it; screen readers skip it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("pages/icons.svg"), name
    )


@register.simple_tag
def chip(text: str, tone: str = "neutral", *, shape: str = "", solid: bool = False) -> SafeString:
    """Draw a status: its words, a shape and a tone (neutral, key, success, warning, error)."""
    return format_html(
        '<span class="chip chip--{}{}">{}{}</span>',
        tone,
        " chip--solid" if solid else "",
        icon(shape or TONE_ICONS[tone]),
        text,
    )


@register.simple_block_tag
def notice(content: SafeString, *, tone: str = "info", title: str = "", quiet: bool = False) -> SafeString:
    """Draw a boxed message (info, success, warning, error) around the block's content."""
    context = {"tone": tone, "title": title, "content": content, "icon_name": TONE_ICONS[tone], "quiet": quiet}
    return render_to_string("components/notice.html", context)


@register.simple_block_tag
def confirm(content: SafeString, *, label: str, question: str, tone: str = "danger") -> SafeString:
    """Draw a button that opens its own question in place; the block holds the consequences and the form."""
    context = {"label": label, "question": question, "content": content, "tone": tone}
    return render_to_string("components/confirm.html", context)


@register.simple_tag(takes_context=True)
def current(context: template.Context, path: str) -> SafeString:
    """Return aria-current for a link of the menu: page on its own address, true on the pages below it."""
    request = context.get("request")
    if request is None or not request.path.startswith(path) or (path == "/" and request.path != "/"):
        return SafeString("")
    return format_html(' aria-current="{}"', "page" if request.path == path else "true")


# --- Lists and pages --------------------------------------------------------------------------------------------


@register.inclusion_tag("components/steps.html")
def steps(items: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Draw the pages of a form. An item has label, url, state (complete, missing, todo), is_current and maybe note."""
    listed = list(items)
    return {"items": listed, "label": label or _("入力の手順"), "total": len(listed)}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], label: str) -> dict[str, Any]:
    """Draw views of one list as links. An item has label, url, is_current and maybe count."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/definitions.html")
def definitions(pairs: Iterable[tuple[str, Any]], *, short: bool = False) -> dict[str, Any]:
    """Draw (term, value) pairs; an empty value is said to be empty."""
    return {"pairs": pairs, "short": short}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """Draw what happened, in the order given. An entry has at (a datetime or a text), title; maybe text, is_current."""
    return {"entries": entries}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: "Page[Any]") -> dict[str, Any]:
    """Draw links to the other pages of a list, keeping the rest of the query string."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"request": context.get("request"), "page": page, "numbers": numbers}


@register.inclusion_tag("components/progress.html")
def progress(value: int, maximum: int, label: str) -> dict[str, Any]:
    """Draw value of maximum as a bar with its words."""
    return {"value": value, "maximum": maximum, "label": label}


# --- Dates ------------------------------------------------------------------------------------------------------


def _is_japanese() -> bool:
    return (get_language() or "ja").startswith("ja")


def _date_text(day: date) -> str:
    return format_date_ja(day) if _is_japanese() else date_format(day, "D j F Y")


def _time_element(machine: str, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', machine, text)


@register.simple_tag
def jp_date(day: date | None) -> SafeString:
    """Write a date as 令和 and month, in English as a Western date; an aware datetime is read in Japan."""
    if not day:
        return SafeString("")
    shown = to_jst(day).date() if isinstance(day, datetime) else day
    return _time_element(shown.isoformat(), _date_text(shown))


@register.simple_tag
def jp_datetime(moment: datetime | None) -> SafeString:
    """Write date and minute in Japan."""
    if not moment:
        return SafeString("")
    local = to_jst(moment)
    return _time_element(local.isoformat(), f"{_date_text(local.date())} {local:%H:%M}")


@register.simple_tag
def jp_time(moment: datetime | None) -> SafeString:
    """Write the minute in Japan."""
    if not moment:
        return SafeString("")
    local = to_jst(moment)
    return _time_element(local.isoformat(), f"{local:%H:%M}")


@register.simple_tag
def jp_moment(moment: datetime | None, at: datetime) -> SafeString:
    """Write the minute in Japan, with the day where that is another than that of `at`: 「7/1 13:05」."""
    if not moment:
        return SafeString("")
    local = to_jst(moment)
    day = "" if local.date() == to_jst(at).date() else f"{local.month}/{local.day} "
    return _time_element(local.isoformat(), f"{day}{local:%H:%M}")


@register.simple_tag
def jp_deadline(moment: datetime | None) -> SafeString:
    """Write a deadline in both calendars; in English with the name of the clock it is read on."""
    if not moment:
        return SafeString("")
    local = to_jst(moment)
    text = format_deadline(moment) if _is_japanese() else f"{_date_text(local.date())}, {local:%H:%M} JST"
    return _time_element(local.isoformat(), text)


@register.inclusion_tag("components/deadline.html")
def deadline(closes_at: datetime, at: datetime, label: str = "") -> dict[str, Any]:
    """Draw a deadline and the time left of it as of `at`, the moment the request arrived."""
    left = closes_at - at
    tone = "past" if left <= timedelta(0) else "soon" if left <= SOON else ""
    words = remaining_ja(left) if _is_japanese() else _remaining_en(left)
    return {"closes_at": closes_at, "label": label or _("締切"), "tone": tone, "left": words}


def _remaining_en(left: timedelta) -> str:
    if left <= timedelta(0):
        return "Closed"
    minutes = int(left.total_seconds() // 60)
    number, unit = (
        (left.days, "day") if left.days else (minutes // 60, "hour") if minutes >= 60 else (minutes, "minute")
    )
    return f"{number} {unit}{'' if number == 1 else 's'} left"
