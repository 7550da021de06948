"""What a file of customers may say, one column each."""

from functools import cache
from pathlib import Path

from customers.phones import to_e164
from ops.errors import Refused
from ops.imports.columns import Column
from ops.imports.presets import Preset, presets_in
from ops.imports.problems import Unreadable
from ops.imports.spellings import with_spellings
from ops.imports.values.identifiers import SHORTENED
from ops.imports.values.places import city_name

_HERE = Path(__file__).resolve().parent


def _phone(cell: str) -> str | None:
    """In the shop's country where the number does not say its own."""
    if SHORTENED.match(cell):
        raise Unreadable(
            "a spreadsheet has shortened this number; its last digits are lost.", "shortened",
            "Format the column as text and export the file again, or type the number.",
        )  # fmt: skip
    try:
        return to_e164(cell)
    except Refused as refused:
        raise Unreadable(
            "this is not a phone number.", "no_phone", "Write it like 0300 1234567, or with its country: +92 300 …",
        ) from refused  # fmt: skip


COLUMNS = with_spellings((
    Column("external_id", "Customer ID", "identifier", most=120),
    Column("name", "Name", most=160),
    Column("given_name", "First name", most=80),
    Column("surname", "Last name", most=79),  # with the first and a blank between them a name is full
    Column("phone", "Phone", "phone", clean=_phone),
    Column("email", "E-mail", "email"),
    Column("address", "Address", most=400),
    Column("city", "City", most=80, clean=city_name),
    Column("notes", "Notes", most=2000),
    Column("wants_offers", "Wants offers", "yesno"),
), _HERE / "spellings.yaml")  # fmt: skip
# Who is named in two columns needs no third; many leave no more than a first name.
EITHER = (("name", "surname", "given_name"),)


@cache
def presets() -> dict[str, Preset]:
    """What programs call the columns of customers."""
    return presets_in(_HERE / "presets", COLUMNS)
