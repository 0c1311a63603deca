"""Address of private files."""

from django.urls import path

from files import views

app_name = "files"
urlpatterns = [path("files/<str:public_id>/", views.download, name="download")]
