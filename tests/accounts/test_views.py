"""The pages about people: one's own, and those of people admins."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from ops import outbox
from ops.db.actor import acting_as, door, mailer

pytestmark = pytest.mark.django_db

POSTS = ["rename", "role", "rights", "deactivate", "reactivate", "sign_out", "welcome"]


def stored(user: User) -> User:
    with acting_as(door()):
        return User.objects.get(pk=user.pk)


def test_my_page_says_who_i_am_and_what_i_may_do(cast, client_of):
    page = client_of(cast.agent).get(reverse("accounts:me")).content.decode()

    assert "Sales agent" in page
    assert "no colleague&#x27;s, and no costs" in page
    assert "Sees and works on own orders" in page
    assert "Sees and sets costs" not in page


def test_everybody_sees_colleagues_and_only_people_admins_see_rights(cast, client_of):
    for person in cast.everyone():
        browser, manages = client_of(person), person.has_scope("people_admin")

        assert "Sana Noor" in browser.get(reverse("people:person_list")).content.decode()
        page = browser.get(reverse("people:person_detail", args=[cast.agent.pk])).content.decode()
        assert ("Change the role" in page) is manages
        assert browser.get(reverse("people:person_add")).status_code == (200 if manages else 403)


def test_only_people_admins_change_people(cast, client_of):
    browser = client_of(cast.manager)

    for name in POSTS:
        assert (
            browser.post(reverse(f"people:person_{name}", args=[cast.agent.pk]), {"role": "admin"}).status_code == 403
        )
    assert (stored(cast.agent).role_id, stored(cast.agent).epoch) == ("sales_agent", 0)


def test_a_person_who_is_not_there_is_404(cast, client_of):
    assert client_of(cast.admin).get(reverse("people:person_detail", args=[999_999])).status_code == 404


def test_adding_a_person_sends_them_the_way_in(cast, client_of):
    response = client_of(cast.admin).post(
        reverse("people:person_add"), {"name": "Zara Ali", "email": "zara@shop.pk", "role": "production"}
    )
    with acting_as(mailer()):
        outbox.send_waiting()
    link = re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]
    browser = Client()
    browser.post(link, {"password1": "battery staple 9", "password2": "battery staple 9"})
    browser.post(reverse("account_login"), {"login": "zara@shop.pk", "password": "battery staple 9"})

    assert response.status_code == 302
    assert mail.outbox[0].to == ["zara@shop.pk"]
    assert "Ayesha Khan has added you" in mail.outbox[0].body
    assert "Production" in browser.get(reverse("accounts:me")).content.decode()


def test_what_was_typed_stays_when_the_answer_is_no(cast, client_of):
    response = client_of(cast.admin).post(
        reverse("people:person_add"), {"name": "Zara Ali", "email": cast.agent.email, "role": "production"}
    )

    assert response.status_code == 422
    assert "signs in with agent@cast.example already" in response.content.decode()
    assert 'value="Zara Ali"' in response.content.decode()


def test_an_admin_changes_role_rights_and_name(cast, client_of):
    browser = client_of(cast.admin)

    browser.post(reverse("people:person_role", args=[cast.agent.pk]), {"role": "manager"})
    browser.post(reverse("people:person_rights", args=[cast.agent.pk]), {"costs_all": "remove", "stages_admin": "add"})
    browser.post(reverse("people:person_rename", args=[cast.agent.pk]), {"name": "Omar A."})

    changed = stored(cast.agent)
    assert (changed.role_id, changed.name) == ("manager", "Omar A.")
    assert changed.overrides == {"add": ["stages_admin"], "remove": ["costs_all"]}
    page = browser.get(reverse("people:person_detail", args=[cast.agent.pk])).content.decode()
    assert "changed their role from Sales agent to Manager" in page
    assert "changed their rights: gives stages_admin; takes costs_all" in page


def test_an_admin_shuts_somebody_out_and_lets_them_in_again(cast, client_of):
    admin, agent = client_of(cast.admin), client_of(cast.agent)

    admin.post(reverse("people:person_deactivate", args=[cast.agent.pk]))
    assert agent.get(reverse("accounts:me")).status_code == 302
    assert "cannot sign in" in admin.get(reverse("people:person_detail", args=[cast.agent.pk])).content.decode()

    admin.post(reverse("people:person_reactivate", args=[cast.agent.pk]))
    assert stored(cast.agent).is_active


def test_who_was_deactivated_looks_it_in_the_list_and_on_their_page(cast, client_of):
    admin, mark = client_of(cast.admin), '<span class="tag warn">Deactivated</span>'
    assert mark not in admin.get("/people/").content.decode()

    admin.post(f"/people/{cast.agent.pk}/deactivate/")

    listed = client_of(cast.manager).get("/people/").content.decode()
    assert listed.count(mark) == 1
    assert f'<span class="dim">{cast.agent.name}</span>' in listed
    assert "Deactivated</span>" in admin.get(f"/people/{cast.agent.pk}/").content.decode()


def test_no_comes_as_a_sentence_with_nothing_saved(cast, client_of):
    response = client_of(cast.admin).post(reverse("people:person_deactivate", args=[cast.admin.pk]))

    assert response.status_code == 422
    assert "You cannot deactivate yourself" in response.content.decode()
    assert stored(cast.admin).is_active


def test_get_does_not_act(cast, client_of):
    browser = client_of(cast.admin)

    for name in POSTS:
        assert browser.get(reverse(f"people:person_{name}", args=[cast.agent.pk])).status_code == 405
    assert browser.get(reverse("accounts:my_sign_out_everywhere")).status_code == 405


@pytest.mark.parametrize(
    ("name", "typed"),
    [("rename", {"name": ""}), ("role", {"role": "king"}), ("rights", {"health": "perhaps"})],
)
def test_a_form_filled_in_wrongly_is_shown_again(cast, client_of, name, typed):
    response = client_of(cast.admin).post(reverse(f"people:person_{name}", args=[cast.agent.pk]), typed)

    assert response.status_code == 422
    assert (stored(cast.agent).name, stored(cast.agent).role_id) == ("Omar Aziz", "sales_agent")


def test_an_admin_sends_the_link_again_and_signs_somebody_out(cast, client_of):
    admin, agent = client_of(cast.admin), client_of(cast.agent)

    admin.post(reverse("people:person_welcome", args=[cast.agent.pk]))
    admin.post(reverse("people:person_sign_out", args=[cast.agent.pk]))

    assert agent.get(reverse("accounts:me")).status_code == 302
    with acting_as(mailer()):
        outbox.send_waiting()
    assert mail.outbox[-1].to == [cast.agent.email]


def test_devices_are_named_by_browser_and_machine():
    from accounts.templatetags.people import device

    assert (
        device("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130 Safari/537.36 Edg/130") == "Edge on Linux"
    )
    assert device("curl/8.1") == "curl/8.1"
    assert device("") == "Unknown device"
