"""`manage.py verify_audit`: recompute the hash chain."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.models import Entry
from audit.selectors import broken_at


class Command(BaseCommand):
    help = "Check that no audit entry was changed or removed."

    def handle(self, *args: Any, **options: Any) -> None:
        seq = broken_at()
        if seq is not None:
            raise CommandError(f"監査記録の連鎖が #{seq} で途切れています。 The chain breaks at #{seq}.")
        self.stdout.write(f"監査記録 {Entry.objects.count()} 件: 連鎖は完全です。 The chain is whole.")
