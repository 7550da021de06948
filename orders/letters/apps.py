from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "orders.letters"

    def ready(self) -> None:
        from ops import panels
        from ops.notices import subjects
        from ops.notices.views import watch_place
        from orders.letters import subject, views, writing

        panels.declare(
            "order", "watch", "notices/watch.html", watch_place,
            scopes=("orders_all", "orders_read", "orders_own", "orders_floor"), side=True, position=90,
        )  # fmt: skip
        subjects.declare("order", "orders", subject.read, writing.write)
        panels.declare(
            "order", "mails", "letters/mails_later.html", views.mails_place,
            scopes=("orders_all", "orders_read", "orders_own"), side=True, position=60,
        )  # fmt: skip
