"""Addresses of people's own pages."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("mypage/vendor/", views.vendor, name="vendor"),
    path("mypage/body/", views.body, name="body"),
]
