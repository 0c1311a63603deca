"""The nine fictional vendors and what they propose; every name says that it is made up."""

from dataclasses import dataclass
from typing import Any

from accounts.models import Vendor


@dataclass(frozen=True, slots=True)
class Fiction:
    """One fictional vendor with its proposal, its gate answers and the stage of life it is brought to."""

    vendor: str
    kana: str
    kind: str
    stage: str
    theme: str
    title: str
    tagline: str
    problem: str
    content: str
    gates: dict[str, Any]
    disclosure: str = "public"


CORPORATION, INDIVIDUAL, JOINT = Vendor.Kind.CORPORATION, Vendor.Kind.INDIVIDUAL, Vendor.Kind.JOINT

FICTIONS = (
    Fiction(
        "株式会社あおぞら架空システム",
        "アオゾラカクウシステム",
        CORPORATION,
        "presented",
        "防災",
        "避難所の受付を、近隣市町村と同じ画面で",
        "紙の名簿をなくし、広域避難でも同じ受付を使えます。",
        "避難所の受付は紙の名簿に頼り、広域避難のときに名簿を突き合わせられない。",
        "スマートフォンの読み取りで受け付け、名簿を団体間で同じ形にそろえる。停電時は端末だけで動き、後で同期する。",
        {"G01": "resident"},
    ),
    Fiction(
        "合同会社みほんデータ工房",
        "ミホンデータコウボウ",
        CORPORATION,
        "submitted",
        "窓口",
        "手続案内の共同編集",
        "案内の文章を団体どうしで分け合い、直す手間を一度にします。",
        "同じ国の制度の案内を、すべての団体が別々に書き、別々に直している。",
        "制度ごとの案内のひな形を共同で編集し、団体ごとの違いだけを上書きする。改正時はひな形を直せば全団体に届く。",
        {"G01": "none", "G03": ["staff"], "G04": "prototype"},
    ),
    Fiction(
        "サンプル 太郎（個人）",
        "サンプルタロウ",
        INDIVIDUAL,
        "draft",
        "子育て",
        "保育施設の空き情報を一つの地図に",
        "市町村の境をまたいで、通える保育施設が分かります。",
        "保育施設の空き状況は市町村ごとに掲載され、境に住む家庭は比べられない。",
        "各団体が公開する表を同じ形に直し、地図に重ねる。",
        {"G01": "none", "G03": ["resident"], "G04": "design"},
    ),
    Fiction(
        "ひな形ネットワーク株式会社",
        "ヒナガタネットワーク",
        CORPORATION,
        "correcting",
        "窓口",
        "書かない窓口の帳票共通化",
        "申請書の項目を共通にし、聞き取りだけで書類ができます。",
        "申請書の様式が団体ごとに違い、窓口支援の仕組みを毎回作り直している。",
        "帳票の項目を共通の語彙で定義し、団体ごとの様式へ差し込む。",
        {"G01": "resident", "G03": ["staff"], "G05": ["lgwan"], "G02": ["lgwan_asp"]},
    ),
    Fiction(
        "まぼろし防災共同体",
        "マボロシボウサイキョウドウタイ",
        JOINT,
        "scored",
        "防災",
        "備蓄品の融通を見える化",
        "余っている備蓄と足りない備蓄を、隣の団体と分かち合えます。",
        "備蓄品の期限と数量が団体ごとの表にとどまり、災害時に融通できない。",
        "数量と期限を同じ形で登録し、要請と応諾を記録する。",
        {"G01": "staff", "G03": ["staff"], "G04": "one"},
        disclosure="municipal",
    ),
    Fiction(
        "架空ことば研究所",
        "カクウコトバケンキュウジョ",
        CORPORATION,
        "scored",
        "窓口",
        "やさしい日本語の共同辞書",
        "行政の言葉を、だれにでも伝わる言葉に置き換えます。",
        "通知文が難しく、窓口への問い合わせが増えている。",
        "言い換えの辞書を団体どうしで育て、文書作成の画面に提示する。AIの提案は職員が確認してから使う。",
        {"G01": "none", "G03": ["staff"], "G07": "generate"},
    ),
    Fiction(
        "見本市ソフトウェア株式会社",
        "ミホンイチソフトウェア",
        CORPORATION,
        "eligible",
        "子育て",
        "一時預かりの共通予約",
        "となりの町の一時預かりも、同じ画面から予約できます。",
        "一時預かりの予約は電話が中心で、団体をまたいだ利用ができない。",
        "予約枠を共通の形で公開し、団体間の協定に沿って受け付ける。",
        {"G01": "resident", "G08": "yes", "G04": "many"},
    ),
    Fiction(
        "テスト地図製作所（架空）",
        "テストチズセイサクジョ",
        CORPORATION,
        "ineligible",
        "防災",
        "単独団体向けの専用地図",
        "一つの団体のために作り込む地図です。",
        "既存の地図に団体独自の項目を載せられない。",
        "団体ごとに個別に構築する。",
        {"G01": "none", "R102": "custom", "R103": "no"},
    ),
    Fiction(
        "有限会社れいだい企画",
        "レイダイキカク",
        CORPORATION,
        "withdrawn",
        "窓口",
        "番号札の遠隔発行",
        "来庁前に順番を取れます。",
        "窓口の混雑が読めない。",
        "番号札を事前に発行し、呼び出しを通知する。",
        {"G01": "staff", "G03": ["resident"]},
    ),
)
