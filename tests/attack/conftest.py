"""The world of the generated suites: its database is not named like a test's, so nothing is allowed here that is not there."""

from tests.generated.conftest import web, world

__all__ = ["web", "world"]
