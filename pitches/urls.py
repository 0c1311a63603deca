"""Addresses of this room."""

from django.urls import path

from pitches.views import calls, catalogue, drafts, editing, proposals

app_name = "pitches"
urlpatterns = [
    path("call/", calls.calls, name="calls"),
    path("call/<str:public_id>/", calls.call, name="call"),
    path("call/<str:public_id>/extension/", calls.redeem, name="redeem"),
    path("proposals/", catalogue.catalogue, name="catalogue"),
    path("proposals/<str:public_id>/", catalogue.published, name="published"),
    path("proposals/<str:public_id>/briefing.pdf", catalogue.briefing, name="briefing"),
    path("proposals/<str:public_id>/requirements.pdf", catalogue.requirement_sheet, name="requirement_sheet"),
    path("mypage/proposals/", proposals.proposals, name="proposals"),
    path("mypage/proposals/new/<str:call>/", proposals.start, name="start"),
    path("mypage/proposals/<str:public_id>/", proposals.proposal, name="proposal"),
    path("mypage/proposals/<str:public_id>/edit/<str:page>/", editing.edit, name="edit"),
    path("mypage/proposals/<str:public_id>/attachments/", editing.attachments, name="attachments"),
    path(
        "mypage/proposals/<str:public_id>/attachments/<str:file>/remove/",
        editing.remove_attachment,
        name="remove_attachment",
    ),
    path("mypage/proposals/<str:public_id>/history/", drafts.history, name="history"),
    path("mypage/proposals/<str:public_id>/history/<int:change>/restore/", drafts.restore, name="restore"),
    path("mypage/proposals/<str:public_id>/draft.txt", drafts.text, name="text"),
    path("mypage/proposals/<str:public_id>/kept/<str:kept>.txt", drafts.kept_text, name="kept_text"),
    path("mypage/proposals/<str:public_id>/submit/", proposals.submit, name="submit"),
    path("mypage/proposals/<str:public_id>/resubmit/", proposals.resubmit, name="resubmit"),
    path("mypage/proposals/<str:public_id>/hand-in/", proposals.hand_in, name="hand_in"),
    path("mypage/proposals/<str:public_id>/withdraw/", proposals.withdraw, name="withdraw"),
    path("mypage/proposals/<str:public_id>/receipt.pdf", proposals.receipt, name="receipt"),
    path(
        "mypage/proposals/<str:public_id>/requirements.pdf", proposals.requirement_sheet, name="own_requirement_sheet"
    ),
    path("mypage/proposals/<str:public_id>/result.pdf", proposals.result_notice, name="result_notice"),
]
