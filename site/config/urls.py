"""Every address of the site; each name has a row in tests/contracts/url_roles.py."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.generic import TemplateView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from config import health
from pages import views as pages

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", pages.robots, name="robots"),
    path("i18n/", include("django.conf.urls.i18n")),
    # These doors answer 200 by themselves and know no second factor: they lead to the one sign-in page.
    path("admin/login/", pages.to_sign_in, name="admin_login"),
    re_path(r"^django-admin/", pages.to_sign_in, name="django_admin"),
    path("_util/login/", pages.to_sign_in, name="wagtail_login"),
    path("admin/", include(wagtailadmin_urls)),
    path("accounts/", include("allauth.urls")),
    path("mypage/", pages.mypage, name="mypage"),
    path("", include("accounts.urls")),
    path("", include("files.urls")),
    path("", include("pitches.urls")),
    path("", include("live.urls")),
    path("", include("evaluation.urls")),
    path("", include("archive.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("design/", TemplateView.as_view(template_name="design.html"), name="design"))
urlpatterns.append(path("", include(wagtail_urls)))
