"""The server's birth and death as the application sees them: the scribe and the embedded workers live as long."""

from asgiref.sync import sync_to_async
from django.conf import settings

from config.frontdoor import Receive, Scope, Send
from config.interpreter import settle
from files.worker import worker as scans
from live import scribe
from live.tasks import worker as reminders
from notifications.worker import worker as mails


class Lifespan:
    """Answer the server's lifespan messages: settle the process, hire a scribe, start embedded workers.

    Every process of several answers them for itself.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        workers = [mails, scans, reminders] if settings.EMBEDDED_WORKER else []
        await receive()  # lifespan.startup
        settle()
        # Before the first thread of our own: the scribe is a fork.
        scribe.hire()
        for worker in workers:
            worker.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()  # lifespan.shutdown
        for worker in workers:
            # In a thread of its own: the mail in hand may take a moment, and the loop still has sockets to close.
            await sync_to_async(worker.stop, thread_sensitive=False)()
        await sync_to_async(scribe.dismiss, thread_sensitive=False)()
        await send({"type": "lifespan.shutdown.complete"})
