"""Files of the notes that a customer reads, for who holds the link of the order."""

from django.http import Http404, HttpRequest, HttpResponse

from ops.access import public
from ops.db.actor import acting_as, for_link
from ops.files.models import File
from ops.files.views import send_file


@public()
def show(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """The policies of the link say which files there are; a link that has ended shows none."""
    with acting_as(for_link(token, request.request_id)):  # type: ignore[attr-defined]
        file = File.objects.filter(pk=pk).first()
        if file is None:
            raise Http404("There is no such file.")
        return send_file(request, file)
