"""What a POST has made and a page shows once, after the redirect: a link whose token nobody keeps."""

from django.http import HttpRequest


def keep(request: HttpRequest, name: str, value: str) -> None:
    """In the session of this person, until the page is drawn."""
    request.session[f"once:{name}"] = value


def take(request: HttpRequest, name: str) -> str:
    """Empty when there is nothing, or it has been shown. A page that refreshes by itself leaves it for the person."""
    if request.headers.get("Ops-Live") or f"once:{name}" not in request.session:
        return ""
    return str(request.session.pop(f"once:{name}"))
