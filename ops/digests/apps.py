from django.apps import AppConfig


class DigestsConfig(AppConfig):
    name = "ops.digests"

    def ready(self) -> None:
        from ops import outbox

        outbox.call({"digest": "Morning list", "digest.empty": "To whoever answers: a morning list has no reader"})
