"""`manage.py run_worker`: the workers as a process of their own."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from files.worker import Worker as ScanWorker
from notifications.worker import Worker as MailWorker


class Command(BaseCommand):
    help = "Send queued mails and scan new files (where CLAMD_SOCKET is set) until SIGTERM or Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        mail, scan = MailWorker(), ScanWorker()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: mail.stop(0))
        self.stdout.write("worker: started")
        scan.start()
        mail.run()
        scan.stop()
        self.stdout.write("worker: stopped")
