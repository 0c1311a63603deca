"""`manage.py run_worker`: the workers as a process of their own."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from files.worker import worker as scans
from live.tasks import worker as reminders
from notifications.worker import worker as mails


class Command(BaseCommand):
    help = "Send queued mails, reminders and scan new files (where CLAMD_SOCKET is set) until SIGTERM or Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: mails.stop(0))
        self.stdout.write("worker: started")
        scans.start()
        reminders.start()
        mails.run()
        reminders.stop()
        scans.stop()
        self.stdout.write("worker: stopped")
