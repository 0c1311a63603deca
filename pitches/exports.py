"""What screening hands out as files: proposals × requirements, every answer, every judgement, of a filtered board."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.calendar import to_jst
from core.requirements import EVIDENCE_KINDS, REQUIREMENT_KEYS, VISIBILITIES, edition
from files.exports import table_file
from pitches.models import Judgement
from pitches.reading import in_words
from pitches.reasons import labels_of
from pitches.selectors import BoardRow, label_of_judgement

Rows = Sequence[BoardRow]
WHO = ("受付番号", "提案名", "事業者")


@dataclass(frozen=True, slots=True)
class Export:
    """One table that can be taken: its key, label, heading, and the function from board rows to its rows of texts."""

    key: str
    label: Any
    head: tuple[str, ...]
    rows: Callable[[Rows], list[list[str]]]


def export_file(key: str, board: Rows, *, kind: str) -> bytes:
    """The bytes of one of EXPORTS over these rows of the board; kind is a key of files.exports.TYPES."""
    export = EXPORTS[key]
    return table_file(export.head, export.rows(board), kind=kind, sheet=str(export.label)[:31])


def _matrix(board: Rows) -> list[list[str]]:
    return [
        [
            *_who(row),
            str(row.proposal.call),
            row.proposal.theme,
            row.state[1],
            _moment(row.proposal.submitted_at),
            *(label for _requirement, _key, label in row.cells),
            row.check_words,
            str(row.looks),
            str(row.screener or ""),
        ]
        for row in board
    ]


def _answers(board: Rows) -> list[list[str]]:
    found = []
    for row in board:
        version = next(iter(row.proposal.newest_versions), None)  # type: ignore[attr-defined]
        if version is None:
            continue
        content, known = version.content, edition(row.proposal.edition)
        values = {name: answer["value"] for name, answer in content["answers"].items()}
        for question in known.applicable(values):
            if answer := content["answers"].get(question.id):
                found.append([*_who(row), str(version.number), *_answer(question, answer, content)])
    return found


def _answer(question: Any, answer: Mapping[str, Any], content: Mapping[str, Any]) -> list[str]:
    files = [
        f"{file['name']}（SHA-256 {file['sha256']}）" for file in content["files"] if file["question"] == question.id
    ]
    bare = {name: value for name, value in answer.items() if name not in {"plan", "evidence_url", "remarks"}}
    return [
        question.requirement,
        question.id,
        question.text_ja,
        in_words(question, bare),
        answer.get("plan") or "",
        EVIDENCE_KINDS.get(answer.get("evidence_kind") or "", ""),
        "\n".join(part for part in (answer.get("evidence_url"), answer.get("evidence_reason"), *files) if part),
        VISIBILITIES.get(answer.get("visibility") or "", ""),
        answer.get("remarks") or "",
    ]


def _judgements(board: Rows) -> list[list[str]]:
    rows = {row.proposal.pk: row for row in board}
    judged = Judgement.objects.filter(proposal__in=rows).select_related("by", "version", "second_opinion__by")
    order = list(rows)
    return [
        [*_who(rows[each.proposal_id]), *_judgement(each)]
        for each in sorted(judged.order_by("pk"), key=lambda each: order.index(each.proposal_id))
    ]


def _judgement(judgement: Judgement) -> list[str]:
    return [
        judgement.requirement,
        str(judgement.version.number),
        label_of_judgement(judgement)[1],
        "、".join(labels_of(judgement.reason_codes)),
        judgement.reason,
        judgement.evidence,
        judgement.vendor_note,
        judgement.private_note,
        str(judgement.by or "システム"),
        _moment(judgement.at),
        _opinion(getattr(judgement, "second_opinion", None)),
    ]


def _opinion(opinion: Any) -> str:
    if opinion is None:
        return ""
    return f"{'同意' if opinion.agrees else '不同意'} {opinion.by} {_moment(opinion.at)} {opinion.note}".strip()


def _who(row: BoardRow) -> list[str]:
    return [row.proposal.receipt_number or "", row.proposal.title, row.proposal.vendor.name]


def _moment(at: datetime | None) -> str:
    return f"{to_jst(at):%Y-%m-%d %H:%M}" if at is not None else ""


EXPORTS: Mapping[str, Export] = MappingProxyType(
    {
        export.key: export
        for export in (
            Export(
                "matrix",
                _("提案と4つの要件"),
                (*WHO, "募集", "テーマ", "状態", "提出日時", *REQUIREMENT_KEYS, "形式審査", "要確認の回答", "担当"),
                _matrix,
            ),
            Export(
                "answers",
                _("自己点検の回答"),
                (*WHO, "版", "要件", "番号", "質問", "回答", "今後の予定", "証跡", "証跡の内容", "公開範囲", "備考"),
                _answers,
            ),
            Export(
                "judgements",
                _("要件の判定"),
                (
                    *WHO,
                    "要件",
                    "版",
                    "判定",
                    "理由の区分",
                    "理由",
                    "確認した証跡",
                    "事業者への説明",
                    "事務局内メモ",
                    "判定者",
                    "日時",
                    "二人目の意見",
                ),
                _judgements,
            ),
        )
    }
)
