from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self) -> None:
        from customers import events, search  # noqa: F401  (declare kinds and the palette's source)
        from ops.live import nouns

        nouns.declare("customer", "customers", floor=tuple)
