"""Addresses of the sockets."""

from django.urls import path

from live.consumers import RoomConsumer

websocket_urlpatterns = [path("ws/live/<str:room>/", RoomConsumer.as_asgi())]
