"""The roof's own Django app: it owns the management commands that speak to every room."""

from django.apps import AppConfig


class ConfigRoom(AppConfig):
    name = "config"
    label = "config"
