"""`python -m tests.baddays.stock 40` makes orders that stand in production, and prints their ids."""

import json
import sys


def main(many: int) -> list[int]:
    import django

    django.setup()
    from django.db import transaction

    from accounts.models import User
    from ops.db.actor import acting_as, door
    from tests import make
    from tests.cast import PEOPLE

    with acting_as(door()):
        agent, floor = (User.objects.get(email=PEOPLE[name][0]) for name in ("agent", "production"))
    with transaction.atomic():
        return [make.order_in("in_production", agent, floor, email="buyer@shop.example").pk for _ in range(many)]


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
