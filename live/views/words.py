"""What a page's modules begin with, and every sentence they say by themselves: none of them holds a text."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from core.calendar import to_jst
from live.forms import NO_SCENE, TO_ALL, TO_STAGE

NOTHING_OWN: dict[str, Any] = {"questions": [], "votes": []}


def beginning(
    snapshot: dict[str, Any],
    *,
    at: datetime,
    mine: dict[str, Any] = NOTHING_OWN,
    said: Mapping[str, str] = MappingProxyType({}),
    **more: Any,
) -> dict[str, Any]:
    """The JSON of a page: the room's snapshot, what is the person's own, words, and the server's time.

    said are words that this page has besides, or instead.
    """
    now = to_jst(at).isoformat(timespec="milliseconds")
    return {"snapshot": snapshot, "mine": mine, "words": words() | dict(said), "now": now, **more}


def phrase(name: str, **values: str) -> str:
    """The words called name with their places filled in, as a page without a script says them."""
    text = (words() | desk_words())[name]
    for place, value in values.items():
        text = text.replace(f"{{{place}}}", value)
    return text


def moments(question: Mapping[str, Any]) -> dict[str, Any]:
    """The moments of a shape as a template writes them: when it was asked, and when answered or None."""
    answer = question["answer"]
    return {
        "asked": datetime.fromisoformat(question["asked_at"]),
        "answered_at": datetime.fromisoformat(answer["at"]) if answer else None,
    }


def words() -> dict[str, str]:
    """What every page of a room says by itself; {n}, {m} and {no} are filled in by the browser."""
    return {
        "connecting": _("接続しています"),
        "live": _("自動で更新しています"),
        "polling": _("数秒ごとに更新しています"),
        "reconnecting": _("再接続中。書きかけの質問は保存されています"),
        "signed_out": _("接続が終了しました。ページを再読み込みしてください"),
        "logged_out": _("ログアウトしました。続けるには、ログインし直してください"),
        "received": _("受付 {no}。モデレーターの確認後に公開されます。"),
        "counts": _("{n}人・{m}団体が同じ質問"),
        "received_public": _("受付 {no}。公開されました。"),
        "sending": _("送信中"),
        "sending_in": _("混み合いを避けるため、あと{n}秒で送信します"),
        "as_nobody": _("匿名で送信"),
        "as_name": _("{n}として送信"),
        "shown_as": _("表示名: {n}"),
        "to_stage": str(TO_STAGE),
        "to_all": str(TO_ALL),
        "too_long": _("{n}文字以内で入力してください（{m}字超えています）。"),
        "new_items": _("新着{n}件を表示"),
        "new_questions": _("新しい質問が{n}件あります"),
        "same_said": _("「同じ」を送信しました"),
        "empty": _("質問を入力してください。"),
        "no_scene": str(NO_SCENE),
        "scene": _("録画 {n}"),
        "poll_count": _("{n}人が回答"),
        "poll_done": _("回答を受け付けました"),
        "poll_change": _("回答を変更する"),
        "poll_empty": _("回答を入力してください。"),
        "poll_choose": _("選択肢を選んでください。"),
        "clock_pitch": _("発表 残り"),
        "clock_qa": _("質疑 残り"),
        "clock_over": _("予定の時間を過ぎています"),
    }


def desk_words() -> dict[str, str]:
    """What the moderators' console says besides."""
    return {
        "waiting_queue": _("承認待ちの質問が{n}件あります"),
        "looking": _("{n}さんが見ています"),
        "no_such_target": _("その番号の質問は、統合先にできません。"),
        "several_targets": _("候補がいくつかあります。選んでください。"),
        "slip_done": _("受付 {no}（会場）として登録しました"),
        "did_public": _("{no}を公開しました。"),
        "did_withheld": _("{no}を保留にしました。"),
        "did_hidden": _("{no}を非公開にしました。"),
        "did_pending": _("{no}を承認待ちに戻しました。"),
        "did_edit": _("{no}の表記を整えました。"),
        "did_merge": _("{no}を統合しました。"),
        "did_separate": _("{no}の統合を解除しました。"),
        "did_publish": _("{no}を回答済みにしました。"),
        "did_pin": _("{no}を登壇者の前に出しました。"),
        "did_unpin": _("{no}を登壇者の前から下げました。"),
        "did_undo": _("{no}を元に戻しました。"),
        "did_ban": _("{n}さんの投稿を停止しました。"),
        "did_unban": _("{n}さんの投稿の停止を解除しました。"),
        "changed_elsewhere": _("ほかの人が変更しました。最新の内容を確認してください。"),
        "not_sent": _("送信できませんでした。接続を確認して、もう一度押してください。"),
        "seconds": _("{n}秒"),
        "minutes": _("{n}分"),
        "hours": _("{n}時間"),
    }
