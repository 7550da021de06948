from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "orders.letters"

    def ready(self) -> None:
        from ops.notices import subjects
        from orders.letters import subject, writing

        subjects.declare("order", "orders", subject.read, writing.write)
