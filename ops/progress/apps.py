from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "ops.progress"

    def ready(self) -> None:
        from ops.live import nouns

        nouns.declare("job", "jobs", floor=tuple, own="staff")
