"""What the demo shop makes and sells, and to whom."""

from dataclasses import dataclass, replace
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
# Name, city, how many weeks from one order to the next.
_FIRMS = (
    ("Café Chenab", "Lahore", 4),
    ("Indus Guest House", "Karachi", 6),
    ("Studio Nakshatra", "Lahore", 3),
    ("Hotel Margalla View", "Islamabad", 5),
    ("Clifton Interiors", "Karachi", 2),
    ("The Reading Room", "Lahore", 8),
    ("Bahria Homes Staging", "Rawalpindi", 3),
    ("Kachnar Boutique", "Faisalabad", 4),
    ("Sheesh Mahal Events", "Lahore", 2),
    ("Multan Blue Guest Rooms", "Multan", 7),
    ("Khyber Retreat", "Peshawar", 9),
    ("Gulberg Co-Working", "Lahore", 6),
)
# Name, city, currency, what one of it is worth in rupees, weeks between orders.
_ABROAD = (
    ("Desert Rose Interiors", "Dubai", "AED", Decimal("76.40"), 6),
    ("Nordlys Hjem", "Oslo", "NOK", Decimal("27.15"), 9),
    ("Brick Lane Living", "London", "GBP", Decimal("366.80"), 7),
    ("Pacific Cane Co", "Seattle", "USD", Decimal("280.50"), 10),
)
CITIES = ("Lahore", "Karachi", "Islamabad", "Rawalpindi", "Faisalabad", "Multan", "Peshawar", "Sialkot", "Quetta")
_FROM = (38, 22, 12, 8, 7, 5, 3, 3, 2)  # how many in a hundred of each city
CHANNELS = ("Instagram", "Instagram", "WhatsApp", "WhatsApp", "Walk-in", "Website", "Phone")
CARRIERS = ("TCS", "Leopards", "M&P", "TCS", "")
HOME = "Lahore"  # where parcels go by the shop's own rider
NOTES = ("Darker stain than the sample.", "Customer brings own fabric.", "Match the set of last year.",
         "Legs 2 cm shorter.", "Pack each piece apart: it travels by lorry.", "Brass feet, not steel.",
         "Call before cutting; sizes may change.")  # fmt: skip
HOLD_REASONS = (
    "Waiting for the advance",
    "Customer chooses the fabric",
    "Walnut is out of stock",
    "Address is unclear",
    "Customer travels until then",
    "Brass fittings are on order",
    "Site is not ready",
)
CANCEL_REASONS = ("Customer changed their mind", "Found it cheaper", "Could not make it by the wedding", "Double order",
                  "Advance never came")  # fmt: skip
LOST_REASONS = ("Too expensive", "Too late", "Bought elsewhere", "Changed their mind", "No answer", "Other")
LOST_NOTES = ("", "", "Wanted it for half of that", "Their carpenter makes it", "Moved the wedding to spring",
              "Asked three shops", "Landlord keeps the old set")  # fmt: skip
DECLINED = ("Over our budget this year.", "We decided for cane instead.", "")
BACK_REASON = "The wrong drawing"
TERMS = ("Half in advance, the rest on delivery.", "Prices hold until the day named above.",
         "Two years on joints and frame.")  # fmt: skip
ADDRESSES = ("House 14, Street 6, Phase 5", "Flat 3-B, Shalimar Towers", "12 Mall Road", "Plot 88, Block C, Model Town",
             "Shop 5, Liberty Market", "221 Canal View")  # fmt: skip
ABOUT = ("Prefers WhatsApp after five.", "Pays by bank transfer, always on time.", "Has a small lift: measure first.",
         "Wants everything in matt finish.", "Sends photos of what they mean.",
         "Rings before the lorry comes.")  # fmt: skip
WANTED = (34, 20, 16, 12, 18)  # of a hundred articles, by category
# What of its price an article costs to make, from least to most: cloth earns more than lamps.
COST_OF = {"Seating": (50, 62), "Tables": (52, 66), "Storage": (54, 68), "Lighting": (58, 76), "Textiles": (36, 50)}


@dataclass(frozen=True)
class Buyer:
    """`every` is how many weeks a firm waits from order to order; people come when they come."""

    name: str
    phone: str
    email: str
    city: str
    currency: str = ""
    rate: Decimal = Decimal(1)
    every: int = 0


def buyers(random: Random, count: int) -> list[Buyer]:
    """Firms, a few abroad, and people, each with a phone of their own and some with an e-mail."""
    names = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
    random.shuffle(names)
    more = [f"{first} {middle} {last}" for first, middle, last in zip(FIRST_NAMES * 9, FIRST_NAMES[7:] * 12,
                                                                      LAST_NAMES * 18, strict=False)]  # fmt: skip
    names += [name for name in dict.fromkeys(more) if name not in names]
    numbers = random.sample(range(1_000_000, 9_999_999), count)
    made = [Buyer(name, _phone(random, numbers[at]), _mail(name), city, every=every)
            for at, (name, city, every) in enumerate(_FIRMS)]  # fmt: skip
    made += [Buyer(name, _phone(random, numbers[len(made)]), _mail(name), city, currency, rate, every)
             for name, city, currency, rate, every in _ABROAD[: max(1, count // 100)]]  # fmt: skip
    for name, number in zip(names, numbers[len(made) :], strict=False):
        email = _mail(name) if random.random() < 0.4 else ""
        made.append(Buyer(name, _phone(random, number), email, random.choices(CITIES, _FROM)[0]))
    return made


def _phone(random: Random, number: int) -> str:
    return f"+923{random.randrange(0, 50):02}{number}"


def _mail(name: str) -> str:
    return f"{name.lower().replace(' ', '.').replace('é', 'e')}@mail.example"


def price_of(amount: int) -> Decimal:
    return Decimal(amount)


_CATEGORIES = {name: category for category, products in CATALOGUE.items() for name, _ in products}


def category_of(article: str) -> str:
    return _CATEGORIES.get(article, "")


def with_mail(buyer: Buyer) -> Buyer:
    return replace(buyer, email=_mail(buyer.name))


def with_phone(buyer: Buyer, phone: str) -> Buyer:
    return replace(buyer, phone=phone, email="")
