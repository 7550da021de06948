from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "ops.shop"

    def ready(self) -> None:
        from ops.shop import events  # noqa: F401  (declares what can happen)
        from ops.shop.rules import load

        load()
