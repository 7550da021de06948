"""POST /live/ticket/: what a page asks for when the live channel answered 401 or said `renew`."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ops.access import public
from ops.live.issue import epoch_of, give


@public(methods=["POST"])  # not @page: a script asks, and a redirect to the sign-in page would tell it nothing
@require_POST
def ticket(request: HttpRequest) -> HttpResponse:
    """204 with a new ticket, dated now and holding today's rights; 401 for whoever is not signed in any more."""
    epoch = epoch_of(request)
    if epoch is None:
        return HttpResponse("Sign in again to see changes live.", status=401, content_type="text/plain; charset=utf-8")
    response = HttpResponse(status=204, headers={"Cache-Control": "no-store"})
    give(request, response, epoch)
    return response
