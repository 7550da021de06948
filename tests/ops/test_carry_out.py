"""A page's verb that is refused: the page of the row as it is now, or the sentence alone when it is not theirs now."""

import pytest
from django.forms import Form
from django.http import HttpResponse
from django.test import RequestFactory

from ops.errors import Refused
from ops.forms import carry_out
from orders import actions
from tests import make


def draw(request, order, **more):
    return HttpResponse(order.number, status=more["status"])


@pytest.mark.parametrize("typed", [None, {}])
def test_an_order_that_was_handed_over_meanwhile_is_not_drawn(cast, as_person, typed):
    order = make.order_in("shipped", cast.agent, cast.production)
    request = RequestFactory().post("/", {})
    request.user = cast.agent

    with as_person(cast.manager):
        actions.assign_agent(order, by=cast.manager, agent=cast.other_agent)

    form = None if typed is None else Form(typed)
    with as_person(cast.agent), pytest.raises(Refused, match="is not yours to change any more"):
        carry_out(request, order, actions.deliver_order, draw=draw, done=lambda made: HttpResponse(), form=form)


def test_an_order_that_moved_on_meanwhile_is_drawn_with_the_reason(cast, as_person):
    order = make.order(cast.agent)
    request = RequestFactory().post("/", {})
    request.user = cast.agent

    with as_person(cast.agent):
        answer = carry_out(request, order, actions.deliver_order, draw=draw, done=lambda made: HttpResponse())

    assert (answer.status_code, answer.content.decode()) == (422, order.number)
