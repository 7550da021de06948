from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from ops import panels
        from ops.access.viewing import ADMINS
        from ops.live import nouns
        from orders import events, explained, papers, search  # noqa: F401  (declare kinds, facts, papers, the palette's)

        nouns.declare("order", "orders")
        panels.declare_way("order", "Print", "printer", "orders:order_print", scopes=papers.SEES, position=10)
        panels.declare_way(
            "order", "Who sees this", "eye", "roles:who_sees", scopes=ADMINS, position=200, before=["order"]
        )
