"""Addresses of this room."""

from django.urls import URLPattern

app_name = "pitches"
urlpatterns: list[URLPattern] = []
