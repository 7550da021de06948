from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = "Report and targets"

    def ready(self) -> None:
        from analytics import events  # noqa: F401  (declares kinds)
