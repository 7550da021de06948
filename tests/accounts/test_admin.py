"""The system admin pages: for those whose role opens them, with no more than the database grants."""

import pytest
from django.urls import reverse

from accounts.models import User
from ops.db.actor import acting_as, door

pytestmark = pytest.mark.django_db


def stored(user: User) -> User:
    with acting_as(door()):
        return User.objects.get(pk=user.pk)


def test_only_roles_with_the_scope_open_it(cast, client_of):
    for person in cast.everyone():
        response = client_of(person).get(reverse("admin:index"))
        assert (response.status_code == 200) is person.has_scope("admin_site"), person.role_id


def test_a_stranger_is_sent_to_the_one_way_in(client):
    response = client.get(reverse("admin:login"))

    assert response["Location"].startswith(reverse("account_login"))


def test_a_system_admin_sees_people_but_no_orders(cast, client_of):
    page = client_of(cast.sysadmin).get(reverse("admin:index")).content.decode()

    assert "/admin/accounts/user/" in page
    assert "/admin/orders/" not in page


def test_people_are_listed_changed_by_the_verbs_and_never_deleted(cast, client_of):
    browser = client_of(cast.owner)
    address = reverse("admin:accounts_user_change", args=[cast.agent.pk])

    assert browser.get(reverse("admin:accounts_user_changelist")).status_code == 200
    assert browser.get(address).status_code == 200
    browser.post(
        address, {"name": "Omar A.", "role": "manager", "overrides": '{"add": ["stages_admin"]}', "is_active": "on"}
    )

    changed = stored(cast.agent)
    assert (changed.name, changed.role_id, changed.overrides) == ("Omar A.", "manager", {"add": ["stages_admin"]})
    assert browser.get(reverse("admin:accounts_user_delete", args=[cast.agent.pk])).status_code == 403


def test_adding_there_makes_a_person_who_can_sign_in(cast, client_of):
    client_of(cast.sysadmin).post(
        reverse("admin:accounts_user_add"), {"name": "Zara", "email": "Zara@Shop.pk", "role": "production"}
    )

    with acting_as(door()):
        assert User.objects.get(email="zara@shop.pk").credential is not None


@pytest.mark.parametrize("written", ['{"add": ["fly"]}', '["x"]', "{"])
def test_overrides_that_mean_nothing_are_refused(cast, client_of, written):
    address = reverse("admin:accounts_user_change", args=[cast.agent.pk])

    response = client_of(cast.sysadmin).post(
        address, {"name": "Omar Aziz", "role": "sales_agent", "overrides": written, "is_active": "on"}
    )

    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert stored(cast.agent).overrides == {}


def test_the_password_page_leads_to_the_door(cast, client_of):
    assert client_of(cast.owner).get(reverse("admin:password_change"))["Location"] == reverse("account_change_password")
