"""The same world as the generated suites, of which each mutation changes one thing and undoes it."""

from tests.generated.conftest import as_owner_in_django, web, world

__all__ = ["as_owner_in_django", "web", "world"]
