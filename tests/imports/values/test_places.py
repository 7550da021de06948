"""Countries, cities, yes and no, as people write them."""

import pytest

from ops.imports.problems import Unreadable
from ops.imports.values.places import city_key, city_name, country_code
from ops.imports.values.yesno import yes_or_no_text


@pytest.mark.parametrize(
    ("cell", "code"),
    [("Deutschland", "DE"), ("UK", "GB"), ("pk", "PK"), ("Pakistan", "PK"), ("پاکستان", "PK"), ("Türkiye", "TR"),
     ("Etats-Unis", "US"), ("U.S.A.", "US"), ("Côte d’Ivoire", "CI"), ("España", "ES"), ("U.A.E.", "AE")],
)  # fmt: skip
def test_a_country_is_its_two_letters(cell, code):
    assert country_code(cell) == code


def test_no_country_is_said():
    with pytest.raises(Unreadable, match="not known"):
        country_code("Atlantis")


@pytest.mark.parametrize(
    ("cell", "name"),
    [("LAHORE", "Lahore"), ("  new   york ", "New York"), ("Rawalpindi", "Rawalpindi"), ("DHA", "DHA")],
)
def test_a_city_does_not_shout(cell, name):
    assert city_name(cell) == name


def test_cities_are_compared_without_case_and_accents():
    assert city_key("São  Paulo") == city_key("sao paulo")


@pytest.mark.parametrize("cell", ["yes", "Y", "ja", "Oui", "sí", "evet", "haan", "1", "x", "TRUE", "✓", "sim"])
def test_yes_in_many_words(cell):
    assert yes_or_no_text(cell) == "true"


@pytest.mark.parametrize("cell", ["no", "N", "nein", "non", "não", "hayır", "nahin", "0", "FALSE", "-"])
def test_no_in_many_words(cell):
    assert yes_or_no_text(cell) == "false"


def test_neither_is_said():
    with pytest.raises(Unreadable, match="neither yes nor no"):
        yes_or_no_text("perhaps")
