"""Every address, asked once for each distinct set of scopes and as nobody (ruling 39, X13): those of tomorrow too."""

import pytest
from django.urls import get_resolver

from ops.access.scopes import scopes_of
from tests.generated import access

PEOPLE = (
    "admin",
    "manager",
    "agent",
    "production",
    "finance",
    "accountant",
    "owner",
    "sysadmin",
    "packer",
    "stranger",
    "auditor",
)


@pytest.fixture(autouse=True)
def _the_pages_of_a_demo_are_there_too(settings):
    settings.DEMO = True


@pytest.fixture
def every(world, django_db_blocker):
    if not access.EVERY:
        with django_db_blocker.unblock(), world.django_as_owner():
            from django.apps import apps

            for model in apps.get_models():
                if hasattr(model._default_manager, "visible_to"):
                    access.EVERY[model._meta.db_table] = list(model._default_manager.values_list("pk", flat=True))
    return list(access.addresses(get_resolver().url_patterns))


@pytest.fixture
def as_web_in_django(world, django_db_blocker):
    with django_db_blocker.unblock(), world.django_as_web():
        yield


def none(findings: list[str]) -> None:
    if findings:
        pytest.fail("\n".join(findings), pytrace=False)


def test_every_view_says_who_may_open_it(every):
    assert len(every) > 60
    none(access.decoration_findings(every))


def test_nobody_is_shown_the_way_in(every, as_web_in_django):
    none(access.answer_findings(None, every))


@pytest.mark.parametrize("key", PEOPLE)
def test_everybody_gets_what_their_scopes_say(every, world, as_web_in_django, key):
    none(access.answer_findings(world.people[key], every))


def test_those_asked_stand_for_every_set_of_scopes(world):
    asked = {scopes_of(world.people[key]) for key in PEOPLE}

    assert asked == {scopes_of(person) for person in world.people.values()}
