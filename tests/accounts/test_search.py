"""Colleagues in the palette: by name or e-mail, only who works here."""

from accounts import actions
from ops.db.actor import acting_as, for_user


def found(client, words):
    return client.get("/palette/", {"q": words}).content.decode()


def test_a_colleague_is_found_by_a_part_of_the_name_or_of_the_address(cast, client_of):
    client = client_of(cast.agent)

    assert f'href="/people/{cast.production.pk}/"' in found(client, cast.production.name.lower()[:4])
    assert f'href="/people/{cast.production.pk}/"' in found(client, cast.production.email)
    assert f'href="/people/{cast.production.pk}/"' not in found(client, cast.production.name[:1])


def test_who_does_not_work_here_any_more_is_not_found(cast, client_of):
    with acting_as(for_user(cast.admin)):
        actions.deactivate_person(cast.production, by=cast.admin)

    assert f'href="/people/{cast.production.pk}/"' not in found(client_of(cast.agent), cast.production.email)
