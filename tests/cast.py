"""The people of every test: one of each role, and two agents who must not see each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User

PASSWORD = "correct horse"

PEOPLE = {
    "admin": ("admin@cast.example", "Ayesha Khan", "admin"),
    "manager": ("manager@cast.example", "Hamza Sheikh", "manager"),
    "agent": ("agent@cast.example", "Omar Aziz", "sales_agent"),
    "other_agent": ("other@cast.example", "Sana Noor", "sales_agent"),
    "production": ("production@cast.example", "Bilal Shah", "production"),
    "finance": ("finance@cast.example", "Hira Baig", "finance"),
    "accountant": ("accountant@cast.example", "Nadia Malik", "accountant"),
    "owner": ("owner@cast.example", "Tariq Mehmood", "owner"),
    "sysadmin": ("sysadmin@cast.example", "Usman Ghani", "system_admin"),
}


@dataclass
class Cast:
    """The rows of PEOPLE."""

    admin: User
    manager: User
    agent: User
    other_agent: User
    production: User
    finance: User
    accountant: User
    owner: User
    sysadmin: User

    def everyone(self) -> list[User]:
        return [getattr(self, name) for name in PEOPLE]


def hire() -> None:
    """Add the cast to the database this process is pointed at, as its owner."""
    import django

    django.setup()
    from django.db import transaction

    from accounts.models import User

    with transaction.atomic():
        for email, name, role in PEOPLE.values():
            User.objects.create_user(email=email, name=name, role=role, password=PASSWORD)


if __name__ == "__main__":
    hire()
