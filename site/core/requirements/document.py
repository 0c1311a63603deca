"""Renders an edition as the Markdown of docs/requirements.md. `python -m core.requirements` prints it."""

from core.requirements.labels import JUDGEMENTS
from core.requirements.questions import GATES, Edition, Look, Question

_HEAD = """# The four requirements and their self-check, edition {version}

Rendered from `site/core/editions/{version}.json` by `python -m core.requirements`; a test fails when it is stale.

時点 A is asked at application, B after selection. 判定 M counts for a requirement's judgement, I is information only.
A question applies when all its conditions hold and every question they refer to applies. When G-01 is
「取り扱わない」, requirement ③ shows one line, 「{exemption_line}」, and none of its questions.
Before G-01 is answered ③ counts as applying.

A requirement is judged {judgements}.
"""


def render_markdown(edition: Edition) -> str:
    """The whole edition as one Markdown document: requirements, questions, choices, conditions and looks."""
    judgements = " / ".join(
        state.label_ja + ("（③のみ）" if state.only_conditional else "") for state in JUDGEMENTS.values()
    )
    head = _HEAD.format(version=edition.version, exemption_line=edition.exemption_line, judgements=judgements)
    parts = [head, _group(edition, GATES, "前提（分岐に使う質問）")]
    for requirement in edition.requirements:
        condition = "（個人情報を取り扱う場合）" if requirement.conditional else ""
        title = f"{requirement.number} {requirement.name_ja}{condition} · {requirement.name_en}"
        parts.append(_group(edition, requirement.key, title))
    return "\n".join(parts)


def _group(edition: Edition, key: str, title: str) -> str:
    questions = edition.of(key)
    lines = [f"## {title}（{len(questions)}問）", ""]
    for question in questions:
        lines += _question(question)
    return "\n".join(lines)


def _question(question: Question) -> list[str]:
    lines = [
        f"### {question.id} · {question.stage} · {question.level} · `{question.answer_type}`",
        "",
        question.text_ja,
        f"({question.gloss_en})",
        "",
    ]
    if question.choices:
        lines.append("- 選択肢: " + " / ".join(f"{each.label_ja} `{each.key}`" for each in question.choices))
    for column in question.columns:
        choices = (
            ": " + " / ".join(f"{each.label_ja} `{each.key}`" for each in column.choices) if column.choices else ""
        )
        lines.append(f"- 列: {column.label_ja} `{column.key}` ({column.kind}{choices})")
    if question.help_ja:
        lines.append(f"- 補足: {question.help_ja}")
    lines.append(f"- 証跡: {question.evidence_ja}")
    clauses = " and ".join(f"{each.question} in {{{', '.join(each.any_of)}}}" for each in question.when)
    lines.append(f"- 条件: {question.condition_ja}" + (f" — `{clauses}`" if clauses else ""))
    lines += [f"- 要確認: {look.reason_ja} — {_rule(look)}" for look in question.looks]
    return [*lines, ""]


def _rule(look: Look) -> str:
    subject = f"`{look.column}`" if look.column else "answer"
    if look.any_of:
        return f"{subject} in {{{', '.join(look.any_of)}}}"
    if look.over is not None:
        return f"{subject} > {look.over}"
    return f"{subject} before the day" + ("" if look.expired else f", by more than {look.older_than_months} months")
