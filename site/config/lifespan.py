"""The server's birth and death as the application sees them: the embedded worker lives exactly as long."""

from asgiref.sync import sync_to_async
from django.conf import settings

from config.frontdoor import Receive, Scope, Send
from notifications.worker import Worker


class Lifespan:
    """Answer the server's lifespan messages, starting and stopping the mail worker where settings embed it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        worker = Worker() if settings.EMBEDDED_WORKER else None
        await receive()  # lifespan.startup
        if worker is not None:
            worker.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()  # lifespan.shutdown
        if worker is not None:
            # In a thread of its own: the mail in hand may take a moment, and the loop still has sockets to close.
            await sync_to_async(worker.stop, thread_sensitive=False)()
        await send({"type": "lifespan.shutdown.complete"})
