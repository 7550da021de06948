from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = "Report and targets"

    def ready(self) -> None:
        from analytics import boards, events, product_panels  # noqa: F401  (declare the product table, kinds)

        product_panels.declare()
