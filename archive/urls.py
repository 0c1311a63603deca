"""Addresses of past sessions."""

from django.urls import path

from archive import views

app_name = "archive"
urlpatterns = [
    path("archive/", views.years, name="years"),
    path("archive/recordings/<str:public_id>/qr.svg", views.qr, name="qr"),
    path("archive/<str:public_id>/", views.round, name="round"),
]
