from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "ops.standing"

    def ready(self) -> None:
        from ops.standing import events  # noqa: F401  (declares kinds)
