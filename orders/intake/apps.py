from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "orders.intake"
    label = "intake"
    verbose_name = "Storefronts"

    def ready(self) -> None:
        from orders.intake import events  # noqa: F401  (declares kinds)
