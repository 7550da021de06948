"""How the tests of the pages of loads bring a file and come as far as the check."""

from django.core.files.uploadedfile import SimpleUploadedFile

from ops.imports.models import ImportBatch

OWN = (
    "Sr,Bill No,Bill Date,Party Name,Item,Qty,Rate,Amount\n"
    "1,B-1,13/01/2026,Aslam Traders,Walnut desk,2,1500,3000\n"
    "2,B-1,13/01/2026,Aslam Traders,Lamp,1,200,200\n"
    "3,B-2,14/01/2026,Bibi Stores,Chair,4,500,2000\n"
)


def upload(browser, text: str | bytes, name: str = "old orders.csv"):
    data = text.encode() if isinstance(text, str) else text
    return browser.post("/import/", {"file": [SimpleUploadedFile(name, data)]})


def columns(batch: ImportBatch, **other) -> dict[str, str]:
    """The form of columns as it stands, with some of it chosen otherwise."""
    return {**{f"c-{key}": f"#{at}" for key, at in batch.mapping.items()}, "source": batch.source, **other}


def checked(browser, last, text: str, name: str = "old orders.csv") -> ImportBatch:
    upload(browser, text, name)
    browser.post(f"/import/{last().pk}/columns/", columns(last()))
    return last()


def words(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())
