from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog import alias_events, alias_views  # noqa: F401  (declares what can happen)
        from ops import panels

        panels.declare(
            "product", "aliases", "catalog/panel_aliases.html", alias_views.aliases_of, scopes=alias_views.READS, side=True
        )
