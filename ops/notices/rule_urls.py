"""Addresses of the rules: who is told of what."""

from django.urls import path

from ops.notices import rule_views

app_name = "notice_rules"
urlpatterns = [
    path("", rule_views.rule_list, name="rule_list"),
    path("add/", rule_views.add, name="add"),
    path("<int:pk>/change/", rule_views.change, name="change"),
    path("<int:pk>/drop/", rule_views.drop, name="drop"),
]
