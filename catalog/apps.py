from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog import alias_events, alias_views  # noqa: F401  (declares what can happen)
        from ops import panels

        reads, template = alias_views.READS, "catalog/panel_aliases.html"
        panels.declare("product", "aliases", template, alias_views.aliases_of, scopes=reads, side=True)
