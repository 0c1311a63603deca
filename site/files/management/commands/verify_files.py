"""`manage.py verify_files`: read every private file back and compare its hash."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from files.models import StoredFile
from files.selectors import damaged


class Command(BaseCommand):
    help = "Check that every acknowledged file is on disk, byte for byte."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(damaged())
        for stored, fault in broken:
            self.stderr.write(f"{fault}: {stored.public_id} {stored.name}")
        if broken:
            raise CommandError(f"{len(broken)} 件のファイルに欠落または破損があります。")
        self.stdout.write(f"{StoredFile.objects.count()} 件: 欠落・破損はありません。")
