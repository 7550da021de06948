"""The access suite notices each view that is open too wide, too little, or not at all (ruling 34)."""

import pytest

from tests.generated import access
from tests.mutations import urls


@pytest.fixture
def mutants(world, settings, django_db_blocker, monkeypatch):
    settings.ROOT_URLCONF = "tests.mutations.urls"
    monkeypatch.setitem(access.SUBJECTS, "mutants", "orders.Order")
    with django_db_blocker.unblock():
        with world.django_as_owner():
            from orders.models import Order

            monkeypatch.setitem(access.EVERY, "orders_order", list(Order.objects.values_list("pk", flat=True)))
        with world.django_as_web():
            yield list(access.addresses(urls.mutants))


@pytest.mark.parametrize(
    "says",
    [
        "/mutants/forgotten/: tests.mutations.urls.forgotten wears neither @page nor @public.",
        "/mutants/misspelt/: roles.yaml knows no scope orders_al.",
    ],
)
def test_a_view_that_does_not_say_who_may_open_it_is_noticed(mutants, says):
    assert says in access.decoration_findings(mutants)


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("agent", "/mutants/orders/anybodys/"),
        ("agent", "/mutants/orders/broken/"),
        ("agent", "/mutants/asks-too-much/ as sales_agent: 403, should be [200, 302]."),
        ("agent", "GET /mutants/sends-away/ as sales_agent: 302 to /accounts/login/"),
        (None, "GET /mutants/undressed/ as nobody: 500"),
        (None, "GET /mutants/careless/ as nobody: 500"),
    ],
)
def test_a_view_that_answers_otherwise_than_it_declares_is_noticed(world, mutants, key, says):
    mine = [address for address in mutants if address.page is not None]
    found = access.answer_findings(world.people[key] if key else None, mine)

    assert any(says in sentence for sentence in found), found
