"""`manage.py run_worker`: the outbox worker as a process of its own."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from notifications.worker import Worker


class Command(BaseCommand):
    help = "Send queued mails until SIGTERM or Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: worker.stop(0))
        self.stdout.write("outbox worker: started")
        worker.run()
        self.stdout.write("outbox worker: stopped")
