"""What the demo shop makes and sells, and to whom."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

CATALOGUE: dict[str, tuple[tuple[str, int], ...]] = {
    "Seating": (("Walnut dining chair", 18_500), ("Sheesham armchair", 42_000), ("Rope stool", 7_800),
                ("Garden bench", 36_500), ("Rocking chair", 54_000)),
    "Tables": (("Oak coffee table", 38_000), ("Dining table for six", 118_000), ("Nesting tables, set of 3", 46_500),
               ("Writing desk", 64_000), ("Bedside table", 16_900)),
    "Storage": (("Shoe cabinet", 29_500), ("Bookcase, five shelves", 47_000), ("Chest of drawers", 72_000),
                ("Carved jewellery box", 6_400), ("Wall shelf", 5_900)),
    "Lighting": (("Brass table lamp", 14_200), ("Cane pendant", 11_800), ("Camel-skin lamp", 9_600),
                 ("Floor lamp, sheesham", 26_500), ("Lantern, pair", 8_400)),
    "Textiles": (("Ajrak cushion cover", 2_200), ("Khaddar throw", 5_600), ("Block-print runner", 3_400),
                 ("Handloom rug, 4 × 6", 39_000), ("Quilted ralli", 12_500)),
}  # fmt: skip

FIRST_NAMES = ("Ahmed", "Fatima", "Ali", "Maryam", "Usama", "Amna", "Kamran", "Nida", "Faisal", "Saba", "Junaid",
               "Hina", "Adeel", "Bushra", "Naveed", "Lubna", "Salman", "Anum", "Zubair", "Mehwish", "Arslan", "Sidra",
               "Babar", "Uzma", "Rehan", "Komal", "Shoaib", "Tahira", "Noman", "Aliya")  # fmt: skip
LAST_NAMES = ("Siddiqui", "Hussain", "Malik", "Raza", "Javed", "Khattak", "Farooqi", "Cheema", "Baloch", "Zaidi",
              "Memon", "Durrani", "Akhtar", "Ansari", "Lodhi")  # fmt: skip
_FIRMS = ("Café Chenab", "Indus Guest House", "Studio Nakshatra", "Hotel Margalla View", "Clifton Interiors",
          "The Reading Room")  # fmt: skip
CITIES = ("Lahore", "Karachi", "Islamabad", "Rawalpindi", "Faisalabad", "Multan", "Peshawar", "Sialkot", "Quetta")
CHANNELS = ("Instagram", "Instagram", "WhatsApp", "WhatsApp", "Walk-in", "Website", "Phone")
CARRIERS = ("TCS", "Leopards", "M&P", "TCS", "")
NOTES = ("Darker stain than the sample.", "Customer brings own fabric.", "Match the set of last year.",
         "Legs 2 cm shorter.", "Pack each piece apart: it travels by lorry.", "Brass feet, not steel.",
         "Call before cutting; sizes may change.")  # fmt: skip
HOLD_REASONS = (
    "Waiting for the advance",
    "Customer chooses the fabric",
    "Walnut is out of stock",
    "Address is unclear",
)
CANCEL_REASONS = ("Customer changed their mind", "Found it cheaper", "Could not make it by the wedding", "Double order")


@dataclass(frozen=True)
class Buyer:
    name: str
    phone: str
    email: str
    city: str


def buyers(random: Random, count: int) -> list[Buyer]:
    """People and a few firms, each with a phone of their own and some with an e-mail."""
    names = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
    random.shuffle(names)
    numbers = random.sample(range(1_000_000, 9_999_999), count)
    made = []
    for position, number in enumerate(numbers):
        name = _FIRMS[position] if position < len(_FIRMS) else names[position]
        address = name.lower().replace(" ", ".").replace("é", "e")
        email = f"{address}@mail.example" if random.random() < 0.4 or position < len(_FIRMS) else ""
        made.append(Buyer(name, f"+923{random.randrange(0, 50):02}{number}", email, random.choice(CITIES)))
    return made


def price_of(amount: int) -> Decimal:
    return Decimal(amount)
