"""The pages alone, for a server that speaks WSGI; ops.asgi serves the live channel beside them."""

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from ops.live.tickets import ARRIVED

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, with the moment the request came: live tickets are dated from it (before any right was read)."""
    environ[ARRIVED] = time.time()
    return _django(environ, start_response)
