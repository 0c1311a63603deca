"""Answers a fictional vendor gives to the self-check, by what its service handles."""

from collections.abc import Mapping
from typing import Any

from core.requirements import CURRENT, clean_answer, edition

COMMON: Mapping[str, Any] = {
    "G-02": ["saas"],
    "G-03": ["resident", "staff"],
    "G-04": "pilot",
    "G-05": ["internet"],
    "G-06": "none",
    "G-07": "none",
    "G-08": "no",
    "R1-01": [
        {
            "body_code": "013455",
            "body_name": "北海道森町",
            "work": "実証の協議",
            "status": "talks",
            "starts_in": "2027-04",
            "may_publish": "no",
        }
    ],
    "R1-02": "shared",
    "R1-03": "partly",
    "R1-05": [
        {
            "category": "initial",
            "unit": "団体",
            "amount": "300000",
            "per_body_of_3": "200000",
            "per_body_of_10": "120000",
        },
        {
            "category": "monthly",
            "unit": "団体・月",
            "amount": "50000",
            "per_body_of_3": "40000",
            "per_body_of_10": "28000",
        },
    ],
    "R1-09": "yes",
    "R2-01": [{"work": "災害時の避難所運営", "law": "災害対策基本法", "article": "第86条の6", "remarks": ""}],
    "R2-02": "as_is",
    "R2-03": "yes",
    "R2-04": [{"asked": "所管府省（架空の照会）", "asked_on": "2026-06-10", "result": "ok", "source": "照会記録"}],
    "R2-09": "番号法別表の該当事務について、導入団体と確認します。",
    "R3-01": [
        {
            "item": "氏名・住所・連絡先",
            "subject": "住民",
            "count": "20000",
            "purpose": "受付と名簿の作成",
            "retention": "閉所後1年",
            "sensitivity": "ordinary",
        }
    ],
    "R3-03": [
        {"place": "production", "country": "日本", "operator": "架空クラウド"},
        {"place": "backup", "country": "日本", "operator": "架空クラウド"},
    ],
    "R3-05": [
        {"kind": "iso27001", "number": "SAMPLE-0000", "scope": "本サービスの開発・運用", "expires_on": "2028-03-31"}
    ],
    "R3-06": "applying",
    "R3-09": ["mfa", "sso"],
    "R3-15": "覚知から1時間以内に、電話とメールで情報システム担当課へ連絡します（責任者: 運用部長）。",
    "R3-16": [
        {
            "subject": "全データ",
            "method": "CSVで返却後に消去",
            "within": "契約終了後30日",
            "certificate": "yes",
            "cost": "なし",
        }
    ],
    "R3-19": "取扱区域と担当者を限定し、特定個人情報保護評価の記載例を提供します。",
    "R3-20": "yes",
    "R3-23": "職員の氏名とメールアドレスだけを、国内の環境に暗号化して保存し、退職時に消去します。",
    "R4-01": [
        {"channel": "phone", "hours": "平日 8:30–17:30", "audience": "staff", "cost": "なし"},
        {"channel": "form", "hours": "24時間", "audience": "staff", "cost": "なし"},
    ],
    "R4-06": [
        {
            "rto": "4時間",
            "rpo": "15分",
            "redundancy": "2拠点",
            "backup": "日次・30世代・別拠点",
            "restored_on": "2026-05-20",
        }
    ],
    "R4-08": [{"support": "初期設定と操作研修", "amount": "2回", "method": "online", "cost": "初期費用に含む"}],
    "R4-13": [{"subject": "全データ", "format": "CSV・UTF-8", "within": "30日", "cost": "なし"}],
}


def answers_for(**gates: Any) -> dict[str, dict[str, Any]]:
    """question id → {"value"} for every stage-A question that applies under these answers ("G01": …, "R102": …)."""
    raw = {**COMMON, **{f"{name[:-2]}-{name[-2:]}": value for name, value in gates.items()}}
    known = edition(CURRENT)
    gate_values = {question.id: clean_answer(question, raw[question.id]) for question in known.of("G")}
    # Some conditions depend on answers that are no gates (R2-02): a second round sees them.
    values = dict(gate_values)
    for _ in range(2):
        for question in known.applicable(values, "A"):
            if question.answer_type != "file":
                values[question.id] = clean_answer(question, raw[question.id])
    return {question_id: {"value": value} for question_id, value in values.items()}


# What a selected vendor has answered so far of the questions after its selection.
DETAILS: Mapping[str, dict[str, Any]] = {
    "R1-04": {"value": "人口5千人から30万人まで。小規模町村は、県単位の共同利用を前提にしています。"},
    "R1-07": {"value": "partly", "plan": "離脱は年度末とします。2027年度から年度途中の参加に対応予定です。"},
    "R1-10": {"value": ["council", "individual"]},
    "R4-04": {"value": "24時間。計画停止は2週間前にメールで予告します。", "remarks": "災害時は延期します。"},
}
