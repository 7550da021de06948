"""What may be the same product is suggested with its reason; only the same spelling or a person's word is certain."""

import pytest

from ops.imports.values.likeness import jaro_winkler, similarity
from ops.imports.values.skus import Skus, key, loose

KNOWN = ["AB-0012", "365275000001", "FL-FR", "007", "GTX Pro"]


@pytest.mark.parametrize(
    ("asked", "sku", "why"),
    [
        ("ab 0012", "AB-0012", "only capitals, blanks or dashes differ"),
        ("GTXPro", "GTX Pro", "only capitals, blanks or dashes differ"),
        ("AB-12", "AB-0012", "only zeros in front differ, as a spreadsheet takes them"),
        ("7", "007", "only zeros in front differ, as a spreadsheet takes them"),
        ("7.0", "007", "only zeros in front differ, as a spreadsheet takes them"),
        ("3.65275E+11", "365275000001", "3.65275E+11 is 365275000001, shortened by a spreadsheet"),
        ("FL-FRM", "FL-FR", "it is spelled almost the same"),
    ],
)
def test_what_may_be_meant_is_suggested_and_never_taken(asked, sku, why):
    found = Skus(KNOWN).find(asked)

    assert (found.sku, found.likely[0].sku, found.likely[0].why) == ("", sku, why)


def test_the_same_spelling_and_what_a_person_said_are_certain():
    skus = Skus(KNOWN, {"old-7": "007", "gone": "not there any more"})

    assert (skus.find(" FL-FR ").sku, skus.find("old-7").sku) == ("FL-FR", "007")
    assert skus.find("old-7").why == "“old-7” was said to be 007"
    assert skus.find("gone").sku == ""


def test_nothing_alike_suggests_nothing():
    assert Skus(KNOWN).find("zzz").likely == ()


def test_the_name_of_the_product_helps():
    found = Skus(KNOWN, names={"FL-FR": "Falling Light - Framed"}).find("X-99", "Falling light, framed")

    assert found.likely[0].sku == "FL-FR"


def test_a_shortened_number_that_fits_two_is_less_sure():
    found = Skus(["365275000001", "365275000002"]).find("3.65275E+11")

    assert [one.score for one in found.likely] == [0.5, 0.5]


def test_keys_part_what_differs_by_more_than_spelling():
    assert loose("AB-12") != loose("AB-0012")
    assert key("AB-12") == key("ab_0012")
    assert key("AB-120") != key("AB-12")
    assert key("A10") != key("A1")


def test_similarity_is_that_of_the_database():
    # select similarity('word', 'two words') is 0.363636 in the manual of pg_trgm.
    assert round(similarity("word", "two words"), 6) == 0.363636
    assert similarity("", "") == 0.0
    assert similarity("Çetin", "cetin") == 1.0


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        ("martha", "marhta", 0.9611),
        ("dixon", "dicksonx", 0.8133),
        ("", "a", 0.0),
        ("same", "same", 1.0),
        ("abc", "xyz", 0.0),
    ],
)
def test_jaro_and_winkler_agree_with_their_paper(one, other, score):
    assert round(jaro_winkler(one, other), 4) == score
