"""Names of months, whole or cut, in the languages that spreadsheets come in."""

from ops.imports.values.likeness import folded

_NAMES = {
    "English": "january february march april may june july august september october november december",
    "German": "januar februar maerz april mai juni juli august september oktober november dezember",
    "Austrian": "janner feber marz",
    "French": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "Portuguese": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november december",
    "Turkish": "ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik",
    "Urdu": "janwari farwari march aprail mai joon julai agast sitambar aktoobar nawambar disambar",
    "Urdu, other spelling": "janvari farvari maarch aprel mai jun jolai agust satambar aktubar navambar dasambar",
    "Urdu, own letters": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
}


def _every_beginning() -> dict[str, int]:
    meant: dict[str, set[int]] = {}
    for names in _NAMES.values():
        for number, name in enumerate(names.split(), start=1):
            for end in range(3, len(name) + 1):
                meant.setdefault(name[:end], set()).add(number)
    # What two languages call two months (“jui” of French) is none; a whole name always counts.
    found = {start: numbers.pop() for start, numbers in meant.items() if len(numbers) == 1}
    return found | {"sept": 9}


_BEGINNINGS = _every_beginning()


def month_number(name: str) -> int:
    """1 to 12; 0 for what is no month. Three letters are enough where they can mean but one."""
    return _BEGINNINGS.get(folded(name).rstrip("."), 0)
