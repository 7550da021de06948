"""The page of promises, and proving them now instead of tonight."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from kombu.exceptions import OperationalError as QueueAway

from ops import trust
from ops.access import page
from ops.errors import Refused
from ops.jobs import hand_over


@page(scopes=["health", "audit"], nav="trust")
def trust_page(request: HttpRequest) -> HttpResponse:
    may = request.user.has_scope("health")  # type: ignore[union-attr]
    return render(request, "ops/trust.html", {"proofs": trust.proofs(), "may_prove": may})


@page(scopes=["health"], methods=["POST"])
@transaction.non_atomic_requests
def prove(request: HttpRequest) -> HttpResponse:
    """The jobs of the night, queued now; asked twice they run twice and change nothing."""
    try:
        for name in trust.nightly_tasks():
            hand_over(name)
    except QueueAway as away:
        raise Refused("The queue does not answer, so nothing can be proved now. Tonight it is tried again.") from away
    messages.success(request, "It is being proved again. Open this page in a minute to read what came of it.")
    return redirect("ops:trust")
