"""Who works in the demo shop: somebody of every role, several who sell, two who make."""

from dataclasses import dataclass

from ops.demo import DOMAIN, PASSWORD

__all__ = ["DOMAIN", "PASSWORD"]


@dataclass(frozen=True)
class Person:
    name: str
    role: str

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{DOMAIN}"


OWNER = Person("Tariq Mehmood", "owner")
ADMIN = Person("Ayesha Khan", "admin")
MANAGER = Person("Hamza Sheikh", "manager")
AGENTS = (Person("Sana Noor", "sales_agent"), Person("Omar Aziz", "sales_agent"), Person("Zara Ahmed", "sales_agent"))
MAKERS = (Person("Bilal Shah", "production"), Person("Rashid Ali", "production"))
FINANCE = Person("Hira Baig", "finance")
ACCOUNTANT = Person("Nadia Malik", "accountant")
SYSTEM = Person("Usman Ghani", "system_admin")
SMALL = (ADMIN, MANAGER, *AGENTS, *MAKERS, FINANCE, ACCOUNTANT, OWNER, SYSTEM)

_MORE_AGENTS = ("Fahad Qureshi", "Mariam Butt", "Saad Iqbal", "Rabia Anwar", "Danish Rana", "Kiran Abbasi",
                "Waqas Mirza", "Iqra Chaudhry", "Shahid Latif")  # fmt: skip
_MORE_MAKERS = ("Nasir Jamil", "Akram Bhatti", "Yousaf Gill", "Imtiaz Awan")
LARGE = (
    *SMALL,
    *(Person(name, "sales_agent") for name in _MORE_AGENTS),
    *(Person(name, "production") for name in _MORE_MAKERS),
    Person("Farah Siddiqui", "manager"),
)
