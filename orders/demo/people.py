"""Who works in the demo shop: somebody of every role, several who sell, several who make."""

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
DEPUTY = Person("Farah Siddiqui", "manager")
AGENTS = (Person("Sana Noor", "sales_agent"), Person("Omar Aziz", "sales_agent"), Person("Zara Ahmed", "sales_agent"))
MAKERS = (Person("Bilal Shah", "production"), Person("Rashid Ali", "production"))
FINANCE = Person("Hira Baig", "finance")
ACCOUNTANT = Person("Nadia Malik", "accountant")
SYSTEM = Person("Usman Ghani", "system_admin")
SMALL = (ADMIN, MANAGER, *AGENTS, *MAKERS, FINANCE, ACCOUNTANT, OWNER, SYSTEM)

# Not people: steps of whom the shop has given the order to, of the customer themselves, and of the shop's own jobs.
ITS_AGENT, CUSTOMER, SHOP = Person("Its agent", ""), Person("The customer", ""), Person("The shop", "")

MORE_AGENTS = (Person("Fahad Qureshi", "sales_agent"), Person("Mariam Butt", "sales_agent"))
MORE_MAKERS = (Person("Nasir Jamil", "production"), Person("Akram Bhatti", "production"))
USUAL = (*SMALL, *MORE_AGENTS, *MORE_MAKERS, DEPUTY)

_MOST_AGENTS = ("Saad Iqbal", "Rabia Anwar", "Danish Rana", "Kiran Abbasi", "Waqas Mirza", "Iqra Chaudhry",
                "Shahid Latif")  # fmt: skip
_MOST_MAKERS = ("Yousaf Gill", "Imtiaz Awan")
LARGE = (
    *USUAL,
    *(Person(name, "sales_agent") for name in _MOST_AGENTS),
    *(Person(name, "production") for name in _MOST_MAKERS),
)
