"""The page tree a new site begins with, and what editors may do in it."""

import json
from uuid import uuid4

from django.db import migrations

LEAD = (
    "<p>開発者が、複数の自治体で共同利用するシステムを提案し、設計の段階から職員と対話する場です。"
    "会場・オンライン・後日の動画視聴の、3つの方法で参加できます。</p>"
)
STEPS = [
    ("応募", "事業者が提案と、4つの要件の自己点検を提出します。"),
    ("要件審査・審査", "事務局が要件を確認し、審査委員が採点します。"),
    ("当日・質疑", "10分の提案と10分の質疑。自治体の職員が質問します。"),
    ("フィードバック", "録画を見ながら、期限まで質問と回答が続きます。"),
]
ABOUT = (
    "<p>本ピッチは、自治体と開発者の対話の場です。応募・登壇は、その後の契約を約束するものでも、有利に扱うものでもありません。</p>"
    "<p>個人情報は、応募の審査、参加の受付、質疑の運営のためだけに使います。</p>"
)
ACCESSIBILITY = (
    "<p>JIS X 8341-3:2016の適合レベルAAに配慮し、WCAG 2.2 AAを目標に作成しています。試験の結果は実施後に公表します。</p>"
    "<p>JavaScriptや動画、WebSocketが使えない環境でも、質問と閲覧ができます。お困りの点は事務局へお知らせください。</p>"
)


def build(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Locale = apps.get_model("wagtailcore", "Locale")
    HomePage = apps.get_model("pages", "HomePage")
    ContentPage = apps.get_model("pages", "ContentPage")
    locale = Locale.objects.first() or Locale.objects.create(language_code="ja")
    home_type, _ = ContentType.objects.get_or_create(app_label="pages", model="homepage")
    content_type, _ = ContentType.objects.get_or_create(app_label="pages", model="contentpage")
    Site.objects.all().delete()
    Page.objects.filter(depth=2).delete()
    home = HomePage.objects.create(
        title="自治体ピッチ",
        draft_title="自治体ピッチ",
        slug="home",
        content_type=home_type,
        path="00010001",
        depth=2,
        numchild=2,
        url_path="/home/",
        locale=locale,
        lead=LEAD,
        body=json.dumps(
            [
                {"type": "heading", "value": "進め方"},
                {
                    "type": "steps",
                    "value": [{"type": "item", "id": str(uuid4()), "value": {"title": title, "text": text}} for title, text in STEPS],
                },
            ],
            ensure_ascii=False,
        ),
    )
    Page.objects.filter(depth=1).update(numchild=1)
    for number, (title, slug, text) in enumerate(
        [("自治体ピッチについて", "about", ABOUT), ("ウェブアクセシビリティ", "accessibility", ACCESSIBILITY)], 1
    ):
        ContentPage.objects.create(
            title=title,
            draft_title=title,
            slug=slug,
            content_type=content_type,
            path=f"00010001{number:04d}",
            depth=3,
            numchild=0,
            url_path=f"/home/{slug}/",
            locale=locale,
            show_in_menus=True,
            body=json.dumps([{"type": "paragraph", "value": text}], ensure_ascii=False),
        )
    Site.objects.create(
        hostname="localhost", port=80, root_page_id=home.pk, is_default_site=True, site_name="自治体ピッチ"
    )
    _let_editors_in(apps, home)


def _let_editors_in(apps, home):
    """Editors write and publish pages; organisers may do the same."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    page_type, _ = ContentType.objects.get_or_create(app_label="wagtailcore", model="page")
    for name in ("editor", "organiser"):
        group = Group.objects.get(name=name)
        for codename in ("add_page", "change_page", "publish_page"):
            permission, _ = Permission.objects.get_or_create(
                codename=codename, content_type=page_type, defaults={"name": codename}
            )
            GroupPagePermission.objects.create(group=group, page_id=home.pk, permission=permission)


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0001_initial"),
        ("accounts", "0002_roles"),
        ("wagtailcore", "0098_apitoken"),
    ]
    operations = [migrations.RunPython(build, migrations.RunPython.noop)]
