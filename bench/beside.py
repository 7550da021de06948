"""Somebody who looks at the list of orders while a file is loaded: asked again and again until the input ends.

python -m bench.beside 3        prints p50, p95 and the number of pages as JSON, for the person with that id
"""

import json
import os
import sys
import threading
import time
from statistics import median, quantiles

PAUSE = 0.15


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
    django.setup()
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from ops.db.actor import acting_as, door

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    client, over = Client(), threading.Event()
    with acting_as(door()):
        client.force_login(User.objects.get(pk=int(sys.argv[1])))
    client.get("/orders/")
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    print("looking", flush=True)
    spent: list[float] = []
    while not over.wait(PAUSE):
        began = time.perf_counter()
        answer = client.get("/orders/")
        spent.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.status_code
    p95 = quantiles(spent, n=20)[-1] if len(spent) > 1 else (spent or [0.0])[0]
    print(json.dumps({"pages": len(spent), "p50_ms": median(spent or [0.0]), "p95_ms": p95}))


if __name__ == "__main__":
    main()
