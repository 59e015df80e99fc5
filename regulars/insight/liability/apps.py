from django.apps import AppConfig


class LiabilityConfig(AppConfig):
    name = "regulars.insight.liability"
    label = "liability"
