"""Addresses of people's own pages."""

from django.urls import path

from accounts.views import colleagues, own

app_name = "accounts"
urlpatterns = [
    path("mypage/vendor/", own.vendor, name="vendor"),
    path("mypage/vendor/people/", colleagues.people, name="people"),
    path("mypage/vendor/people/<int:pk>/remove/", colleagues.remove, name="remove_colleague"),
    path("mypage/vendor/invitations/<str:public_id>/resend/", colleagues.resend, name="resend_invitation"),
    path("mypage/vendor/invitations/<str:public_id>/revoke/", colleagues.revoke, name="revoke_invitation"),
    path("mypage/body/", own.body, name="body"),
    # The token stands behind the # of the link in the mail: it reaches no log and no other site.
    path("invitation/", colleagues.open_invitation, name="open_invitation"),
    path("invitation/accept/", colleagues.accept_invitation, name="accept_invitation"),
]
