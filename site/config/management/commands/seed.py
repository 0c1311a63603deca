"""`manage.py seed`: bodies, published facts and, outside production, a fictional round with accounts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import User
from accounts.services import load_local_governments
from config.seeding import facts, fiction, people


class Command(BaseCommand):
    help = "Fill the site; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        self.stdout.write(f"  地方公共団体 {load_local_governments():,} 団体")
        self.stdout.write(f"  過去の開催 {facts.load()} 回（{facts.SOURCE}）")
        if not settings.DEMO_ACCOUNTS:
            return
        vendors = fiction.ensure_vendors(at)
        rows = people.load(
            vendors=dict(list(vendors.items())[:3]), path=settings.DATA_DIR / "demo_accounts.json", at=at
        )
        self.stdout.write(f"  デモ用アカウント {len(rows)} 件")
        cast = fiction.Cast({row["email"].split("@")[0]: User.objects.get(email=row["email"]) for row in rows})
        fiction.load(cast=cast, vendors=vendors, at=at, say=lambda step: self.stdout.write(f"  {step}"))
