"""The world of the generated suites: its database is not named like a test's, so nothing is allowed here that is not there."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

from tests.generated.conftest import web, world

__all__ = ["web", "world"]
