"""Addresses of a reviewer's sheets and of published results."""

from django.urls import path

from evaluation import views

app_name = "evaluation"
urlpatterns = [
    path("mypage/reviews/", views.reviews, name="reviews"),
    path("mypage/reviews/<str:public_id>/", views.review, name="review"),
    path("mypage/reviews/<str:public_id>/conflict/", views.conflict, name="conflict"),
    path("results/", views.results, name="results"),
    path("results/<str:public_id>/", views.result, name="result"),
]
