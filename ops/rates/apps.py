from django.apps import AppConfig


class RatesConfig(AppConfig):
    name = "ops.rates"

    def ready(self) -> None:
        from ops.rates import events  # noqa: F401  (declares what can happen)
