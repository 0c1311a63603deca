"""Every text of the site is said in English, and what the server reads is what the translators wrote.

The keys are the Japanese texts themselves, so a new text breaks this page until site/config/locale/en has it. The scan
is plain Python: it needs no gettext tools, and therefore never falls silent on a machine without them.
"""

import ast
import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import allauth
import django
import pytest
import wagtail
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from core.requirements import CURRENT, JUDGEMENTS, edition
from evaluation.lifecycle import ASSESSMENT_TABLE
from pitches.lifecycle import PROPOSAL_TABLE
from pitches.selectors.calls import PHASES

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = ("site", "pitches", "live", "evaluation", "archive")
LOCALE = CHECKOUT / "site" / "config" / "locale"

MARKS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2}
# Exceptions that are raised with the key of their words.
MARKS |= {"Refused": 1, "NotAllowed": 1, "Changed": 1}
# Those whose words come after a code.
CODED = {"Problem"}
QUOTED = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
TRANSLATE = re.compile(r"\{%\s*trans(?:late)?\s+" + QUOTED)
INLINE = re.compile(r"\b_\(" + QUOTED + r"\)")
TAG = re.compile(r"\{[%{].*?[%}]\}", re.DOTALL)
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b([^%]*)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
PLURAL = re.compile(r"\{%\s*plural\s*%\}")
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|%[sdr%]|\{\w*\}")
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a .po file: its keys, one translation per plural form, and flags such as "fuzzy"."""

    keys: tuple[str, ...]
    forms: tuple[str, ...]
    flags: frozenset[str]


def entries(path: Path) -> list[Entry]:
    """What a .po file says, without its header and its obsolete entries."""
    found = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        fields: dict[str, str] = {}
        flags: set[str] = set()
        field = ""
        for line in block.splitlines():
            if line.startswith("#,"):
                flags |= {flag.strip() for flag in line[2:].split(",")}
            elif line and not line.startswith("#"):
                field, text = line.split(" ", 1) if not line.startswith('"') else (field, line)
                fields[field] = fields.get(field, "") + ast.literal_eval(text)
        if fields.get("msgid"):
            keys = tuple(fields[name] for name in ("msgid", "msgid_plural") if name in fields)
            forms = tuple(text for name, text in fields.items() if name.startswith("msgstr"))
            found.append(Entry(keys, forms, frozenset(flags)))
    return found


def compiled(path: Path) -> dict[object, str]:
    """The catalogue of a .mo file as Python's gettext reads it: msgid, or (msgid, form) → translation."""
    with path.open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)


def marked_in_python(source: str) -> Iterator[tuple[str, ...]]:
    """The keys of every marked text of a module; a marked f-string has no key, and is given as "f-string"."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = node.args[1:2] if name in CODED else node.args[: MARKS.get(name, 0)]
        if texts and any(isinstance(text, ast.JoinedStr) for text in texts):
            yield ("f-string",)
        if texts and all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts):
            yield tuple(text.value for text in texts)


def marked_in_template(source: str) -> Iterator[tuple[str, ...]]:
    """The keys of every marked text of a template, as Django forms them: % doubled, {{ name }} become %(name)s."""
    source = COMMENT.sub("", source)
    for match in TRANSLATE.finditer(source):
        yield (_literal(match[1]),)
    for tag in TAG.findall(source):
        yield from ((_literal(text),) for text in INLINE.findall(tag))
    for options, body in BLOCK.findall(source):
        parts = [VARIABLE.sub(r"%(\1)s", part.replace("%", "%%")) for part in PLURAL.split(body)]
        if "trimmed" in options.split():
            parts = [" ".join(line.strip() for line in part.splitlines() if line.strip()) for part in parts]
        yield tuple(parts)


def _literal(quoted: str) -> str:
    return str(ast.literal_eval(quoted)).replace("%", "%%")


def files(*suffixes: str) -> Iterator[Path]:
    for room in ROOMS:
        yield from (path for path in sorted((CHECKOUT / room).rglob("*")) if path.suffix in suffixes)


def marked() -> dict[tuple[str, ...], Path]:
    """The keys of every marked text of the site → a file that says it."""
    python = {keys: path for path in files(".py") for keys in marked_in_python(path.read_text(encoding="utf-8"))}
    templates = {
        keys: path for path in files(".html", ".txt") for keys in marked_in_template(path.read_text(encoding="utf-8"))
    }
    return python | templates


def labels() -> dict[str, str]:
    """Labels of plain tables that a template prints through {% translate variable %}, with the tables' own English."""
    states = (*PROPOSAL_TABLE.states, *ASSESSMENT_TABLE.states, *JUDGEMENTS.values())
    requirements = edition(CURRENT).requirements
    return (
        {state.label_ja: state.label_en for state in states}
        | {each.name_ja: each.name_en for each in requirements}
        | {f"{each.number} {each.name_ja}": f"{each.number} {each.name_en}" for each in requirements}
    )


MARKED = marked()
ENGLISH = entries(LOCALE / "en" / "LC_MESSAGES" / "django.po")
JAPANESE_OVERRIDES = entries(LOCALE / "ja" / "LC_MESSAGES" / "django.po")
BY_LANGUAGE = {"en": ENGLISH, "ja": JAPANESE_OVERRIDES}
LANGUAGES = pytest.mark.parametrize("language", sorted(BY_LANGUAGE))


def test_the_scan_reads_every_way_to_mark_a_text():
    assert list(marked_in_python('_("あ" "い")\nnames.ngettext("う", "え", n)\n_(variable)\n_(f"{n}お")')) == [
        ("あい",),
        ("う", "え"),
        ("f-string",),
    ]
    assert list(marked_in_python('Problem("gone", "か", limit=n)\nProblem("gone")')) == [
        ("か",),
    ]
    template = (
        '{% translate "あ" %}{% translate "い" as name %}{# {% translate "say not" %} #}{% chip _("う") %}'
        "{{ value|default:_('え') }}"
        "{% blocktranslate with n=count trimmed %}\n  {{ n }}件で\n  100%\n{% endblocktranslate %}"
        "{% blocktranslate count n=count %}{{ n }}つ{% plural %}{{ n }}個{% endblocktranslate %}"
    )
    assert set(marked_in_template(template)) == {
        ("あ",),
        ("い",),
        ("う",),
        ("え",),
        ("%(n)s件で 100%%",),
        ("%(n)sつ", "%(n)s個"),
    }


def test_the_scan_finds_the_texts_of_every_room():
    assert len(MARKED) > 700
    assert {path.relative_to(CHECKOUT).parts[0] for path in MARKED.values()} == set(ROOMS)


def test_no_marked_text_is_put_together_before_it_is_looked_up():
    assert ("f-string",) not in MARKED, f"{MARKED.get(('f-string',))}: an f-string finds no translation"


def test_every_marked_text_is_said_in_english():
    said = {key for entry in ENGLISH if all(entry.forms) and "fuzzy" not in entry.flags for key in entry.keys}
    missing = {keys: path for keys, path in MARKED.items() if not set(keys) <= said}
    assert not missing, "add to site/config/locale/en/LC_MESSAGES/django.po: " + "; ".join(
        f"{keys[0]} ({path.relative_to(CHECKOUT)})" for keys, path in missing.items()
    )


def test_no_english_is_left_over_from_a_text_that_is_gone():
    used = {key for keys in MARKED for key in keys} | set(labels()) | set(PHASES.values())
    assert [entry.keys[0] for entry in ENGLISH if entry.keys[0] not in used] == []


def test_a_label_of_a_table_is_translated_as_the_table_says():
    said = {entry.keys[0]: entry.forms[0] for entry in ENGLISH}
    assert {label: said.get(label) for label in labels()} == labels()


def test_phases_of_a_call_are_said_in_english():
    assert set(PHASES.values()) <= {entry.keys[0] for entry in ENGLISH}


def test_english_is_english():
    """Words a person must type as they stand, in 「」, and the name of a language in itself stay as they are."""
    japanese = [
        entry.keys[0]
        for entry in ENGLISH
        for form in entry.forms
        if JAPANESE.search(re.sub("「.*?」", "", form)) and form != "日本語"
    ]
    assert japanese == []


@LANGUAGES
def test_no_key_is_given_twice(language):
    keys = [entry.keys[0] for entry in BY_LANGUAGE[language]]
    assert len(keys) == len(set(keys))


@LANGUAGES
def test_a_translation_keeps_the_placeholders_of_its_key(language):
    wrong = [
        entry.keys[0]
        for entry in BY_LANGUAGE[language]
        for form in entry.forms
        if sorted(PLACEHOLDER.findall(form)) not in [sorted(PLACEHOLDER.findall(key)) for key in entry.keys]
    ]
    assert wrong == []


@LANGUAGES
def test_a_counted_text_has_every_form_of_its_language(language):
    forms = {"en": 2, "ja": 1}[language]
    assert [e.keys[0] for e in BY_LANGUAGE[language] if len(e.forms) != (forms if len(e.keys) == 2 else 1)] == []


@LANGUAGES
def test_the_compiled_catalogue_says_what_the_source_says(language):
    written: dict[object, str] = {}
    for entry in BY_LANGUAGE[language]:
        assert "fuzzy" not in entry.flags and all(entry.forms), f"unfinished: {entry.keys[0]}"
        if len(entry.keys) == 1:
            written[entry.keys[0]] = entry.forms[0]
        else:
            written |= {(entry.keys[0], number): form for number, form in enumerate(entry.forms)}
    catalogue = compiled(LOCALE / language / "LC_MESSAGES" / "django.mo")
    catalogue.pop("")
    assert catalogue == written, f"run: python site/manage.py compilemessages -l {language} -i .venv"


@LANGUAGES
def test_no_catalogue_carries_dates_or_places_that_change_with_each_run(language):
    source = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    assert "POT-Creation-Date" not in source
    assert not re.search(r"^#:", source, re.MULTILINE)


def test_every_japanese_override_still_has_a_stock_text_to_override():
    stock = {
        key
        for package, language in ((django, "en"), (wagtail, "en"), (allauth, "ja"))
        for path in Path(package.__file__).parent.rglob(f"{language}/LC_MESSAGES/django.po")
        for entry in entries(path)
        for key in entry.keys
    }
    gone = [entry.keys[0] for entry in JAPANESE_OVERRIDES if entry.keys[0] not in stock]
    assert gone == []


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "募集要項", "Call for proposals"),
        ("ja", "募集要項", "募集要項"),
        ("ja", "This field is required.", "入力してください。"),
        ("en", "This field is required.", "This field is required."),
        ("ja", "Visible to all", "だれでも閲覧可"),
    ],
)
def test_the_site_speaks_from_these_catalogues(language, text, said):
    with override(language):
        assert _(text) == said


def test_one_and_many_are_told_apart_in_english_alone():
    keys = ("入力内容に%(number)s件の誤りがあります",) * 2
    with override("en"):
        assert ngettext(*keys, 1).startswith("There is") and ngettext(*keys, 2).startswith("There are")
    with override("ja"):
        assert ngettext(*keys, 1) == ngettext(*keys, 2) == keys[0]
