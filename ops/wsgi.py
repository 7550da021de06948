"""The pages alone, for a server that speaks WSGI; ops.asgi serves the live channel beside them."""

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from ops.checks import refuse_unsafe_login
from ops.live.tickets import ARRIVED

type Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def dated(application: Wsgi) -> Wsgi:
    """Notes when a request came: live tickets are dated from that, which is before any right was read."""

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[ARRIVED] = time.time()
        return application(environ, start_response)

    return serve


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
application = dated(get_wsgi_application())
refuse_unsafe_login()
