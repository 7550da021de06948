"""SKUs of a file that may be a known product: offered with a reason, never merged, remembered once somebody says so."""

import random
from time import process_time

import pytest
from django.db import DatabaseError, transaction

from catalog import sku_matches
from catalog.alias_actions import keep_alias, remove_alias
from catalog.models import Product, SkuAlias
from catalog.sku_matches import Asked, likely, offer
from ops.errors import Conflict, Refused
from ops.imports.values.skus import Skus, is_slip
from ops.models import Event, ImportBatch, ImportMatch

KNOWN = {"AB-0012": "Walnut desk", "365275000001": "Phone", "TEE-RED-S": "Red tee", "COTTON-SHIRT-100": "Cotton shirt"}


@pytest.fixture
def batch(cast, as_person):
    with as_person(cast.manager):
        for sku, name in KNOWN.items():
            Product.objects.create(sku=sku, name=name)
        return ImportBatch.objects.create(noun="order", file_name="x.csv", file_sha256="0" * 64, by=cast.manager)


def best(asked: Asked) -> tuple[str, float] | None:
    found = likely([asked]).get(asked.sku)
    return (str(found[0]["value"]), float(str(found[0]["score"]))) if found else None


@pytest.mark.parametrize(
    ("sku", "name", "found"),
    [
        ("ab 0012", "", ("AB-0012", 0.98)), ("AB_0012", "", ("AB-0012", 0.98)), ("'AB-0012", "", ("AB-0012", 0.98)),
        ("AB-12", "", ("AB-0012", 0.92)), ("3.65275E+11", "", ("365275000001", 0.8)),
        ("COTTN-SHIRT-100", "Cotton shirt", ("COTTON-SHIRT-100", 0.86)), ("COTTN-SHIRT-100", "", None),
        ("AB-0013", "Walnut desk", None), ("TEE-RED-M", "Red tee", None), ("TEE-RED-XL", "Red tee", None),
        ("COTTON-SHIRT-200", "Cotton shirt", None), ("X-99", "Walnut desk", None), ("---", "", None),
    ],
)  # fmt: skip
def test_only_what_is_a_slip_of_spelling_is_asked_about(batch, cast, as_person, sku, name, found):
    with as_person(cast.manager):
        assert best(Asked(sku, name)) == found


def test_two_spellings_of_a_new_sku_in_one_file_are_offered_as_one(batch, cast, as_person):
    asked = [
        Asked("a100", "Chair", 2, 1),
        Asked("A-100", "Chair", 3, 5),
        Asked("A-0100", "Chair", 4, 1),
        Asked("B-1", "Rug", 5, 1),
    ]
    with as_person(cast.manager):
        found = likely(asked)

    assert {sku: (one[0]["value"], one[0]["score"]) for sku, one in found.items()} == {
        "a100": ("A-100", 0.98), "A-0100": ("A-100", 0.92),
    }  # fmt: skip
    assert found["a100"][0]["why"] == "only capitals, blanks or dashes differ; both are in this file"


def test_what_was_answered_stays_and_what_is_not_in_doubt_any_more_goes(batch, cast, as_person):
    with as_person(cast.manager):
        assert offer(batch, [Asked("ab0012", "Desk", 7), Asked("tee red s", "", 9), Asked("new-1", "", 11)]) == 2
        match = ImportMatch.objects.get(key="ab0012")
        assert (match.kind, match.name, match.line, match.likely[0]) == ("sku", "Desk", 7, {
            "value": "AB-0012", "label": "AB-0012 · Walnut desk", "score": 0.98,
            "why": "only capitals, blanks or dashes differ"})  # fmt: skip
        assert batch.settings["matches"] == ["sku"]

        ImportMatch.objects.filter(key="ab0012").update(answer="AB-0012")
        ImportMatch.objects.filter(key="tee red s").update(answer="")
        assert offer(batch, [Asked("ab0012", "Desk", 7), Asked("tee red s", "", 9)]) == 0
        assert offer(batch, [Asked("ab0012", "Desk", 7)]) == 0
        assert list(ImportMatch.objects.values_list("key", "answer")) == [("ab0012", "AB-0012")]


def test_answers_become_aliases_once_also_through_another_spelling_of_the_file(batch, cast, as_person):
    with as_person(cast.manager):
        for key, answer in (("ab0012", "AB-0012"), ("ab 12", "ab0012"), ("tee red s", "")):
            ImportMatch.objects.create(batch=batch, kind="sku", key=key, likely=[], answer=answer)

        sku_matches.settle(batch)
        assert (sku_matches.remember(batch), sku_matches.remember(batch)) == (2, 0)

        assert dict(SkuAlias.objects.values_list("alias", "product__sku")) == {"ab0012": "AB-0012", "ab 12": "AB-0012"}
        assert set(SkuAlias.objects.values_list("by", flat=True)) == {cast.manager.pk}
        assert likely([Asked("ab0012")]) == {}


@pytest.mark.parametrize(
    ("answer", "no", "sentence"),
    [
        (None, Refused, "1 SKU looks like one that is known (ab0012)"),
        ("TEE-RED-S", Conflict, "Ayesha Khan has said meanwhile that ab0012 is AB-0012"),
        ("", Conflict, "has said meanwhile"),
    ],
)  # fmt: skip
def test_of_two_who_answer_the_second_is_told_what_the_first_said(batch, cast, as_person, answer, no, sentence):
    with as_person(cast.manager):
        ImportMatch.objects.create(batch=batch, kind="sku", key="ab0012", likely=[], answer=answer)
    with as_person(cast.admin):
        keep_alias("ab0012", Product.objects.get(sku="AB-0012"), by=cast.admin)

    with as_person(cast.manager), pytest.raises(no) as refused:
        sku_matches.settle(batch)

    assert sentence in refused.value.sentence


# --- aliases ----------------------------------------------------------------------------------------------------


def test_an_alias_is_kept_once_and_taken_back(batch, cast, as_person):
    with as_person(cast.manager):
        desk, phone = Product.objects.get(sku="AB-0012"), Product.objects.get(sku="365275000001")
        made = keep_alias(" desk ", desk, by=cast.manager)
        assert keep_alias("desk", desk, by=cast.manager).pk == made.pk
        for alias, sentence in (("desk", "was said to be AB-0012"), ("TEE-RED-S", "is the SKU of Red tee itself"),
                                (" ", "1 to 60 letters")):  # fmt: skip
            with pytest.raises(Refused, match=sentence):
                keep_alias(alias, phone, by=cast.manager)

        remove_alias(made, by=cast.manager)
        remove_alias(made, by=cast.manager)

        assert not SkuAlias.objects.exists()
        assert list(Event.objects.filter(noun="skualias").order_by("pk").values_list("kind", flat=True)) == [
            "skualias.kept", "skualias.removed",
        ]  # fmt: skip


def test_who_only_sells_reads_aliases_and_keeps_none(batch, cast, as_person):
    with as_person(cast.manager):
        keep_alias("desk", Product.objects.get(sku="AB-0012"), by=cast.manager)
    with as_person(cast.agent):
        desk = SkuAlias.objects.get().product
        with pytest.raises(Refused, match="may not say what SKUs mean"):
            keep_alias("x", desk, by=cast.agent)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            SkuAlias.objects.create(alias="x", product=desk)
    with as_person(cast.production), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        SkuAlias.objects.count()


def test_aliases_are_seen_said_and_taken_back_on_their_page(batch, client_of, cast, as_person):
    browser = client_of(cast.manager)
    assert "None yet" in browser.get("/sku-aliases/").content.decode()

    unknown = browser.post("/sku-aliases/", {"alias": "desk", "sku": "nothing"})
    assert (unknown.status_code, "No product has this SKU" in unknown.content.decode()) == (422, True)
    assert browser.post("/sku-aliases/", {"alias": "desk", "sku": "AB-0012"}).status_code == 302
    text = browser.get("/sku-aliases/?q=walnut").content.decode()
    assert "Walnut desk" in text and "AB-0012" in text
    assert "No spelling" in browser.get("/sku-aliases/?q=zzz").content.decode()

    with as_person(cast.manager):
        alias = SkuAlias.objects.get()
    assert client_of(cast.agent).post(f"/sku-aliases/{alias.pk}/remove/").status_code in {403, 404}
    assert browser.post(f"/sku-aliases/{alias.pk}/remove/").status_code == 302
    with as_person(cast.manager):
        assert not SkuAlias.objects.exists()


# --- likeness ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("COTTN-1", "COTTON-1", True), ("SHIRT-COTTON", "COTTON-SHIRT", True), ("A-01", "a1", True),
        ("SHIRT-BLUE", "SHIRT-BLACK", False), ("SHIRT-38", "SHIRT-40", False), ("SHIRT", "SHIRT-M", False),
        ("TEE-S", "TEE-M", False),
    ],
)  # fmt: skip
def test_another_number_size_or_colour_is_no_slip(one, other, slip):
    assert is_slip(one, other) is slip


def test_ten_thousand_are_asked_against_twenty_thousand_within_two_seconds():
    dice = random.Random(4)
    words = [
        "cotton",
        "linen",
        "walnut",
        "oak",
        "chair",
        "table",
        "lamp",
        "shirt",
        "blue",
        "black",
        "green",
        "large",
        "small",
        "king",
        "queen",
        "rug",
        "sofa",
    ]
    known = list({f"{dice.choice(words)}-{dice.choice(words)}-{dice.randrange(10**4)}".upper() for _ in range(12_000)}
                 | {f"SKU-{dice.randrange(10**6):06d}" for _ in range(12_000)})[:20_000]  # fmt: skip
    names = {sku: f"{dice.choice(words)} {dice.choice(words)}" for sku in known}
    asked = [(known[n].lower().replace("-", ""), "") if n % 2 else (f"NEW-{dice.randrange(10**6)}", dice.choice(words))
             for n in range(10_000)]  # fmt: skip

    began = process_time()
    skus = Skus(known, names=names)
    found = [skus.find(sku, name, at_least=0.8) for sku, name in asked]
    took = process_time() - began

    assert all(one.likely for n, one in enumerate(found) if n % 2)
    assert took < 4  # 1.1 s on an idle core of this machine; others are at work while tests run
