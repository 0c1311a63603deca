"""One word per thing, one thing per word: what each thing is called in code, in Japanese and in English."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Term:
    """One word. key is the name in code; note says what else it is called, or what it must not be mistaken for."""

    key: str
    ja: str
    en: str
    note: str = ""


# Words that claim what a pitch is not, and why; a proper name such as 「ASPIC情報開示認定」 stays what it is.
FORBIDDEN_WORDS: Mapping[str, str] = MappingProxyType(
    {"採択": "implies funding", "落札": "procurement", "受注": "procurement", "認定": "an official seal"}
)

_PROGRAMME = (
    Term("programme", "自治体ピッチ", "Municipal pitch", "a generic name today"),
    Term("programme_year", "開催年度", "Fiscal year", "1 April to 31 March, shown as 令和N年度"),
    Term("round", "回", "Round", "第n回"),
    Term("part", "部", "Part", "第n部: three pitches, then meetings"),
    Term("pitch_slot", "登壇枠", "Pitch slot", "10 + 10 minutes"),
    Term("theme", "テーマ", "Theme", "there may be none"),
    Term("booth", "ブース", "Booth", "A, B, C"),
    Term("meeting", "個別面談", "Meeting", "about 20 minutes"),
    Term("feedback_period", "フィードバック期間", "Feedback period", "ends at 17:00"),
    Term("viewing_window", "後日視聴期間", "Viewing window"),
    Term("registration", "参加申込", "Registration"),
    Term("accommodation", "配慮事項", "Accommodation request"),
    Term("booklet", "パンフレット", "Programme booklet", "one per round, PDF"),
    Term("event_report", "開催報告", "Event report"),
)
_APPLICATION = (
    Term("call", "募集要項", "Call for proposals"),
    Term("application_window", "募集期間", "Application window", "the deadline is exclusive"),
    Term("vendor", "事業者", "Vendor", "開発者 in 2019, 提案者 in 2020; a 法人, a 個人 or several together"),
    Term("proposal", "提案", "Proposal"),
    Term("receipt_number", "受付番号", "Receipt number", "no counter"),
    Term("receipt", "受付票", "Receipt"),
    Term("requirement", "要件", "Requirement", "①〜④"),
    Term("self_check_answer", "自己点検", "Self-check"),
    Term("evidence", "証跡", "Evidence", "根拠資料"),
    Term("visibility", "公開範囲", "Visibility"),
    Term("draft", "下書き", "Draft"),
    Term("submitted", "審査中", "Submitted"),
    Term("correcting", "補正中", "Correcting"),
    Term("eligible", "要件適合", "Eligible"),
    Term("ineligible", "要件不適合", "Ineligible"),
    Term("presented", "登壇済み", "Presented"),
    Term("withdrawn", "取下げ", "Withdrawn", "辞退"),
)
_SCREENING = (
    Term("form_check", "形式審査", "Form check"),
    Term("screening", "要件審査", "Requirement screening", "一次審査"),
    Term("judgement", "判定", "Judgement"),
    Term("draft_change", "変更履歴", "Change of a draft", "who changed what when; the vendor's own people alone"),
    Term("kept_text", "反映されていない入力", "Kept text", "typed on a page that had closed"),
    Term("details", "選定後の質問", "Details", "stage B, handed in after a published selection"),
    Term("correction_request", "補正依頼", "Request for correction", "with a deadline of its own"),
    Term("fit", "適合", "Fit"),
    Term("conditional", "条件付き適合", "Fit under conditions"),
    Term("unclear", "要確認", "To be clarified", "照会中"),
    Term("unfit", "不適合", "Not fit"),
    Term("exempt", "対象外", "Does not apply", "③ only"),
)
_EVALUATION = (
    Term("conflict", "利害関係", "Conflict of interest", "除斥・回避"),
    Term("rubric", "審査基準", "Rubric"),
    Term("criterion", "評価項目", "Criterion"),
    Term("weight", "配点", "Points of a criterion"),
    Term("score", "採点", "Score"),
    Term("sum_method", "合計点方式", "Sum of points"),
    Term("rank_method", "順位点方式", "Sum of ranks"),
    Term("selected", "選定", "Selected", "登壇の決定; promises no contract"),
    Term("reserve", "補欠", "Reserve"),
    Term("not_selected", "不選定", "Not selected", "with a polite reason"),
    Term("publication", "公表", "Publication", "of decisions; 公開 is what a page is"),
)
_LIVE = (
    Term("question_and_answer", "質疑応答", "Q&A"),
    Term("question", "質問", "Question"),
    Term("opinion", "意見", "Opinion"),
    Term("answer", "回答", "Answer"),
    Term("answer_draft", "回答の下書き", "Answer draft", "apart from answers until it is published"),
    Term("individual_answer", "個別の回答", "Individual answer", "for the asker alone"),
    Term("vote", "共感", "Vote", "同じ質問: me too"),
    Term("poll", "アンケート", "Poll", "six kinds"),
    Term("reaction", "反応", "Reaction", "four labels to a pitch"),
    Term("pending", "承認待ち", "Awaiting approval"),
    Term("public", "公開中", "Public"),
    Term("withheld", "保留", "Withheld"),
    Term("hidden", "非公開", "Hidden"),
    Term("venue", "会場参加", "At the venue"),
    Term("online", "オンライン参加", "Online"),
    Term("later", "後日動画視聴参加", "Watching later"),
)
_ARCHIVE = (
    Term("live_stream", "生中継", "Live stream"),
    Term("recording", "録画", "Recording"),
    Term("archive", "アーカイブ", "Archive"),
    Term("captions", "字幕", "Captions"),
    Term("transcript", "文字起こし", "Transcript"),
    Term("chapter", "チャプター", "Chapter"),
    Term("views", "視聴回数", "Views", "延べ"),
)
_PEOPLE = (
    Term("organiser", "事務局", "Organiser", "the organiser's secretariat"),
    Term("screener", "要件審査担当", "Screener"),
    Term("reviewer", "審査委員", "Reviewer", "評価者"),
    Term("moderator", "モデレーター", "Moderator"),
    Term("editor", "コンテンツ編集者", "Content editor"),
    Term("municipal_officer", "自治体職員", "Municipal officer"),
    Term("presenter", "発表者", "Presenter"),
    Term("local_government", "団体", "Local government", "地方公共団体 in law, 自治体 in speech"),
    Term("body_code", "団体コード", "Body code", "全国地方公共団体コード, six digits, a text"),
    Term("corporate_number", "法人番号", "Corporate number", "thirteen digits, optional"),
    Term("department", "所属", "Department", "部・課・係; its people rotate"),
)

TERMS: Mapping[str, Term] = MappingProxyType(
    {
        term.key: term
        for group in (_PROGRAMME, _APPLICATION, _SCREENING, _EVALUATION, _LIVE, _ARCHIVE, _PEOPLE)
        for term in group
    }
)


def forbidden_in(text: str, *, except_for: Iterable[str] = ()) -> tuple[str, ...]:
    """The forbidden words in a text, apart from the proper names the caller allows."""
    for name in except_for:
        text = text.replace(name, "")
    return tuple(word for word in FORBIDDEN_WORDS if word in text)
