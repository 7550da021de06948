from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self) -> None:
        from customers import events, past, search  # noqa: F401  (declare kinds and the palette's source)
        from ops import asof, panels
        from ops.live import nouns

        nouns.declare("customer", "customers", floor=tuple)
        asof.declare(past.CUSTOMER)
        panels.declare_way(
            "customer", "As it was", icon="history", name="customers:customer_past",
            scopes=("customers_all", "customers_own"), position=80,
        )  # fmt: skip
