from django.apps import AppConfig


class StandingConfig(AppConfig):
    name = "ops.standing"

    def ready(self) -> None:
        from ops.standing import events, search  # noqa: F401  (declare kinds, and the palette's source)
