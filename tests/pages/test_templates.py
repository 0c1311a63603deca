"""The look: its markup keeps its promises without a browser."""

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

import pages
from pages.templatetags import components

ROOM = Path(pages.__file__).parent
TEMPLATES = sorted((ROOM / "templates").rglob("*.html"))
STYLE_SHEETS = sorted((ROOM / "static" / "pages").glob("*.css"))
REFUSALS = ["403.html", "403_csrf.html", "404.html", "413.html", "429.html", "500.html"]
NOON = datetime(2026, 7, 28, 3, 0, tzinfo=UTC)


class Page(HTMLParser):
    """A parsed page: every start tag with its attributes, and the text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for _, attrs in self.tags if attribute in attrs]

    def first(self, tag: str) -> dict[str, str | None]:
        return next(attrs for name, attrs in self.tags if name == tag)


class Form(forms.Form):
    name = forms.CharField(label="提案名", max_length=40, help_text="一目で伝わる名称")
    kind = forms.ChoiceField(label="応募区分", choices=[("a", "法人"), ("b", "個人")], widget=forms.RadioSelect)
    site = forms.URLField(label="サイト", required=False, assume_scheme="https")
    agreed = forms.BooleanField(label="確認しました")
    token = forms.CharField(widget=forms.HiddenInput)


def render(source: str, **context) -> str:
    return Template("{% load components %}" + source).render(Context(context))


def request_for(path: str):
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return request


@pytest.fixture(autouse=True)
def _in_japanese():
    with translation.override("ja"):
        yield


def checked(**typed) -> Form:
    form = Form(typed)
    form.is_valid()
    return form


# --- What the browser's rules demand ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOM / "templates")))
def test_no_template_holds_inline_style_or_script_or_another_host(path):
    page = Page(path.read_text())
    for tag, attrs in page.tags:
        assert tag != "style"
        assert tag != "script" or "src" in attrs or attrs.get("type") == "application/json"
        for name, value in attrs.items():
            assert name != "style" and not name.startswith("on")
            assert not (name in {"src", "href", "action"} and re.match(r"(https?:)?//", value or ""))


def test_every_file_the_frame_names_exists():
    named = re.findall(r"static '([^']+)'", (ROOM / "templates" / "base.html").read_text())
    assert len(named) > 8
    assert [name for name in named if not finders.find(name)] == []


def test_every_behaviour_a_template_names_has_its_module():
    for path in TEMPLATES:
        for names in re.findall(r'data-behaviour="([^"]+)"', path.read_text()):
            for name in names.split():
                assert (ROOM / "static" / "pages" / "js" / f"{name}.js").exists(), (path, name)


def test_style_sheets_are_small():
    assert sum(path.stat().st_size for path in STYLE_SHEETS) < 60_000


@pytest.mark.parametrize("path", STYLE_SHEETS, ids=lambda path: path.name)
def test_a_style_sheet_uses_only_tokens_that_exist_and_writes_no_colour_of_its_own(path):
    tokens = set(re.findall(r"(--[\w-]+):", (path.parent / "tokens.css").read_text())) | {"--tone", "--tint"}
    rules = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert set(re.findall(r"var\((--[\w-]+)", rules)) <= tokens
    if path.name not in {"tokens.css", "print.css"}:
        assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(", rules) == []


def test_every_icon_in_use_is_drawn():
    drawn = set(re.findall(r'symbol id="([\w-]+)"', (ROOM / "static" / "pages" / "icons.svg").read_text()))
    used = {
        name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)" %}|shape="([\w-]+)"', path.read_text())
    }
    assert {one or other for one, other in used} | set(components.TONE_ICONS.values()) <= drawn


# --- The frame ----------------------------------------------------------------------------------------------------


def test_the_frame_says_its_language_and_the_standing_note():
    page = Page(render_to_string("base.html", {"heading": "募集要項"}, request=request_for("/call/")))
    assert page.first("html")["lang"] == "ja"
    assert "募集要項 | 自治体ピッチ" in page.text
    assert "その後の契約を約束するものでも、有利に扱うものでもありません。" in page.text
    assert "#main" in page.values("href") and "main" in page.values("id")


def test_the_menu_marks_the_page_and_the_part_one_is_in():
    deep = Page(render_to_string("base.html", request=request_for("/rounds/r8-1/")))
    here = {attrs["href"]: attrs["aria-current"] for tag, attrs in deep.tags if tag == "a" and "aria-current" in attrs}
    assert here == {"/rounds/": "true"}
    exact = Page(render_to_string("base.html", request=request_for("/rounds/")))
    assert exact.values("aria-current") == ["page"]


def test_a_stranger_is_offered_the_door_and_no_admin():
    hrefs = Page(render_to_string("base.html", request=request_for("/"))).values("href")
    assert "/accounts/login/" in hrefs
    assert "/admin/" not in hrefs and "/mypage/" not in hrefs


class Member:
    """A signed-in person as the frame sees one: who may do what, nothing else."""

    is_authenticated = True

    def __init__(self, *granted: str) -> None:
        self.granted = granted

    def has_perm(self, name: str) -> bool:
        return name in self.granted


@pytest.mark.parametrize(("granted", "is_offered"), [([], False), (["wagtailadmin.access_admin"], True)])
def test_only_staff_are_offered_the_admin(granted, is_offered):
    request = request_for("/")
    request.user = Member(*granted)
    hrefs = Page(render_to_string("base.html", request=request)).values("href")
    assert "/mypage/" in hrefs and "/accounts/login/" not in hrefs
    assert ("/admin/" in hrefs) is is_offered


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_renders_even_when_nothing_is_known_of_the_request(name):
    page = Page(render_to_string(name))
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert page.first("html")["lang"] == "ja"


def test_the_style_guide_shows_every_component_with_its_references_whole():
    page = Page(render_to_string("design.html", request=request_for("/design/")))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert set(page.values("for")) <= set(ids)
    assert {one for value in page.values("aria-describedby") for one in value.split()} <= set(ids)
    assert {value[1:] for value in page.values("href") if re.match(r"#\w", value)} <= set(ids)
    assert set(page.values("popovertarget")) <= set(ids)


# --- Fields -------------------------------------------------------------------------------------------------------


def test_a_field_says_whether_it_must_be_filled():
    form = Form()
    assert "※必須" in render("{% field form.name %}", form=form)
    assert "※任意" in render("{% field form.site %}", form=form)
    assert "※必須" in render("{% field form.site required=True %}", form=form)


def test_help_stands_between_label_and_control():
    markup = render("{% field form.name %}", form=Form())
    assert markup.index("提案名") < markup.index("一目で伝わる名称") < markup.index("<input")


def test_an_error_begins_with_a_star_is_tied_to_the_control_and_keeps_what_was_typed():
    markup = render("{% field form.site %}", form=checked(site="これは住所ではない"))
    control = Page(markup).first("input")
    assert control["aria-describedby"] == "id_site_error"
    assert control["aria-invalid"] == "true"
    assert control["value"] == "これは住所ではない"
    assert re.search(r'id="id_site_error"><p>＊', markup)


def test_typed_markup_stays_text():
    markup = render("{% form_errors form %}{% field form.site %}", form=checked(site='"><script>alert(1)</script>'))
    assert "<script" not in markup


def test_choices_are_a_group_with_a_legend():
    page = Page(render("{% field form.kind %}", form=checked()))
    assert page.first("fieldset")["aria-describedby"] == "id_kind_error"
    assert [tag for tag, _ in page.tags].count("legend") == 1
    assert [attrs["value"] for tag, attrs in page.tags if tag == "input"] == ["a", "b"]


def test_a_hidden_field_has_no_label():
    assert [tag for tag, _ in Page(render("{% field form.token %}", form=Form())).tags] == ["input"]


def test_a_counted_field_is_never_cut_by_the_browser():
    plain = Page(render("{% field form.name %}", form=Form())).first("input")
    assert plain["maxlength"] == "40"
    markup = render("{% field form.name count=40 %}", form=Form())
    assert "maxlength" not in Page(markup).first("input")
    assert "40字以内" in markup
    assert Page(markup).first("input")["aria-describedby"] == "id_name_helptext id_name_count"


def test_placeholders_are_left_out():
    form = Form()
    form.fields["name"].widget.attrs["placeholder"] = "例"
    assert "placeholder" not in Page(render("{% field form.name %}", form=form)).first("input")


def test_the_summary_links_to_each_wrong_control():
    form = checked(site="これは住所ではない")
    form.add_error(None, "締切を過ぎています。")
    page = Page(render("{% form_errors form %}{% for f in form %}{% field f %}{% endfor %}", form=form))
    assert page.values("href") == ["#id_name", "#id_kind_0", "#id_site", "#id_agreed"]
    assert {value[1:] for value in page.values("href")} <= set(page.values("id"))
    assert "Token：" in page.text
    assert "締切を過ぎています。" in page.text


def test_the_summary_reads_form_sets_too():
    rows = forms.formset_factory(Form, extra=0, min_num=1, validate_min=True)
    formset = rows({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "窓口"})
    assert not formset.is_valid()
    assert "#id_form-0-kind_0" in Page(render("{% form_errors formset %}", formset=formset)).values("href")


def test_a_form_without_errors_has_no_summary():
    assert render("{% form_errors form %}", form=Form()).strip() == ""


# --- Marks, lists, dates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tone", components.TONE_ICONS)
def test_a_chip_speaks_by_words_and_shape_besides_its_colour(tone):
    page = Page(render("{% chip '要確認' tone %}", tone=tone))
    assert page.text == "要確認"
    assert page.first("use")["href"].endswith(f"#{components.TONE_ICONS[tone]}")


def test_a_chip_of_an_unknown_tone_fails_loudly():
    with pytest.raises(KeyError):
        render("{% chip '要確認' 'pink' %}")


def test_other_pages_of_a_list_keep_the_query():
    page = Paginator(range(100), 10).page(5)
    request = RequestFactory().get("/rounds/?area=防災&page=5")
    hrefs = Page(render("{% pagination page %}", page=page, request=request)).values("href")
    assert len(hrefs) == 6
    assert all("area=" in href for href in hrefs)


def test_a_list_of_one_page_has_no_page_links():
    assert render("{% pagination page %}", page=Paginator(range(3), 10).page(1)).strip() == ""


def test_an_empty_fact_is_said_to_be_empty():
    text = Page(render("{% definitions pairs %}", pairs=[("テーマ", ""), ("登壇", 0)])).text
    assert "未入力" in text and "登壇0" in text.replace("\n", "")


def test_a_date_is_read_in_japan():
    late = datetime(2026, 8, 20, 23, 0, tzinfo=UTC)
    assert (
        render("{% jp_date day %}", day=date(2026, 8, 21)) == '<time datetime="2026-08-21">令和8年8月21日（金）</time>'
    )
    assert "8月21日" in render("{% jp_date day %}", day=late)
    assert "令和8年8月21日（金） 08:00" in render("{% jp_datetime moment %}", moment=late)
    assert render("{% jp_date day %}{% jp_datetime day %}{% jp_time day %}{% jp_deadline day %}", day=None) == ""


def test_a_deadline_shows_both_calendars_and_in_english_its_clock():
    closes_at = datetime(2026, 8, 21, 8, 0, tzinfo=UTC)
    assert "令和8年8月21日（2026年・金）17:00" in render("{% jp_deadline moment %}", moment=closes_at)
    with translation.override("en"):
        assert "Fri 21 August 2026, 17:00 JST" in render("{% jp_deadline moment %}", moment=closes_at)


@pytest.mark.parametrize(
    ("left", "tone", "japanese", "english"),
    [
        (timedelta(days=24, hours=5), "", "あと24日", "24 days left"),
        (timedelta(days=3), "deadline--soon", "あと3日", "3 days left"),
        (timedelta(hours=1, minutes=59), "deadline--soon", "あと1時間", "1 hour left"),
        (timedelta(minutes=5), "deadline--soon", "あと5分", "5 minutes left"),
        (timedelta(0), "deadline--past", "締め切りました", "Closed"),
    ],
)
def test_the_time_left_is_measured_from_the_moment_passed_in(left, tone, japanese, english):
    source, context = "{% deadline closes_at at %}", {"closes_at": NOON + left, "at": NOON}
    markup = render(source, **context)
    assert japanese in markup
    assert re.search(rf'class="deadline ?{tone}"', markup)
    with translation.override("en"):
        assert english in render(source, **context)


# --- Sign-in pages ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_sign_in_pages_wear_the_same_frame(client, path):
    response = client.get(path, headers={"accept-language": "ja"})
    page = Page(response.content.decode())
    assert "その後の契約を約束するものでも" in page.text
    assert "※必須" in page.text
    assert {attrs.get("novalidate", "missing") for _, attrs in page.tags if attrs.get("class") == "form"} == {None}


@pytest.mark.django_db
def test_a_refused_sign_in_says_so_next_to_the_field_and_keeps_the_address(client):
    response = client.post(
        "/accounts/login/", {"login": "sato@pitch.example", "password": ""}, headers={"accept-language": "ja"}
    )
    page = Page(response.content.decode())
    assert "sato@pitch.example" in page.values("value")
    assert "#id_password" in page.values("href")
