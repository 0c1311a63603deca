"""The ASGI application: pages behind the front door, sockets from our own pages only, the worker beside them."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import re_path

from config import frontdoor
from config.lifespan import Lifespan
from config.origins import OwnOrigin, own_origins, refuse_socket
from live.routing import websocket_urlpatterns

application = ProtocolTypeRouter(
    {
        "http": frontdoor.Reference(
            frontdoor.AddressLimit(
                frontdoor.BodyLimit(
                    pages,
                    routes=frontdoor.upload_routes(settings.UPLOAD_ROUTES),
                    is_signed_in=frontdoor.is_signed_in,
                )
            )
        ),
        # No session or user is attached here: the room's socket authenticates by its ticket (docs/live-protocol.md).
        "websocket": OwnOrigin(
            URLRouter([*websocket_urlpatterns, re_path(r"", refuse_socket)]),  # type: ignore[arg-type]
            origins=own_origins(settings.SITE_URL),
        ),
        "lifespan": Lifespan(),
    }
)
