"""Addresses of rounds and their question rooms."""

from django.urls import path

from live.views import (
    answers,
    codes,
    deciding,
    feeds,
    inbox,
    moderation,
    polls,
    programme,
    records,
    room,
    running,
    screen,
    summary,
)
from live.views import stream as streaming

app_name = "live"
urlpatterns = [
    path("rounds/", programme.rounds, name="rounds"),
    path("rounds/<str:public_id>/", programme.programme, name="programme"),
    path("rounds/<str:public_id>/register/", programme.register, name="register"),
    path("rounds/<str:public_id>/cancel/", programme.cancel, name="cancel"),
    path("r/", codes.enter, name="code"),
    path("r/<str:code>/", codes.enter, name="code_room"),
    path("live/<str:public_id>/", room.participate, name="room"),
    path("live/<str:public_id>/vote/", room.act, {"op": "vote.set"}, name="vote"),
    path("live/<str:public_id>/withdraw/", room.act, {"op": "question.withdraw"}, name="withdraw"),
    path("live/<str:public_id>/screen/", screen.screen, name="screen"),
    path("live/<str:public_id>/screen/renew/", screen.renew_key, name="renew_screen"),
    path("live/<str:public_id>/ticket", feeds.ticket, name="ticket"),
    path("live/<str:public_id>/state", feeds.state, name="state"),
    path("live/<str:public_id>/events", feeds.events, name="events"),
    path("live/<str:public_id>/similar", feeds.similar, name="similar"),
    path("live/<str:public_id>/stream", streaming.stream, name="stream"),
    path("live/<str:public_id>/commands", feeds.commands, name="commands"),
    path("live/<str:public_id>/moderate/", moderation.console, name="moderate"),
    path("live/<str:public_id>/moderate/decide/", deciding.decide, name="moderate_decide"),
    path("live/<str:public_id>/moderate/day/", running.day, name="moderate_day"),
    path("live/<str:public_id>/moderate/run/", running.run, name="moderate_run"),
    path("live/<str:public_id>/records/", records.records, name="records"),
    path("live/<str:public_id>/records/numbers.csv", records.numbers, name="numbers"),
    path("live/<str:public_id>/records/posts.<str:kind>", records.posts, name="posts"),
    path("live/<str:public_id>/records/<str:key>/", records.record, name="record"),
    path("live/<str:public_id>/records/<str:key>.<str:kind>", records.record_file, name="record_file"),
    path("live/<str:public_id>/inbox/", inbox.inbox, name="inbox"),
    path("live/<str:public_id>/inbox/save/", inbox.save, name="inbox_save"),
    path("live/<str:public_id>/answers/", answers.answers, name="answers"),
    path("live/<str:public_id>/summary/", summary.summary, name="summary"),
    path("live/<str:public_id>/summary.csv", summary.summary_csv, name="summary_csv"),
    path("live/<str:public_id>/polls/", polls.console, name="polls"),
    path("live/<str:public_id>/polls/reply/", polls.reply, name="poll_reply"),
    path("live/<str:public_id>/react/", polls.react, name="react"),
]
