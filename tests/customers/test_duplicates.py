"""Who may be one person: scored against published truth, exact to the pair; never for a household or a namesake."""

import csv
from itertools import combinations
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from, text

from customers.duplicates import POSSIBLE, SUGGESTED, Person, like, pairs
from ops.imports.values.likeness import is_jaro_winkler, jaro_winkler

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "dedupe"
real_files = pytest.mark.skipif(not DATA.exists(), reason="the developer data set is not beside the checkout")


def people_of(number: int, *, identity: bool = True) -> list[Person]:
    with (DATA / f"febrl_dataset{number}.csv").open(newline="") as stream:
        rows = [{key.strip(): cell.strip() for key, cell in row.items()} for row in csv.DictReader(stream)]
    return [
        Person(
            row["rec_id"], row["given_name"], row["surname"], f"{row['address_1']} {row['address_2']}",
            row["street_number"], row["suburb"], row["postcode"], row["state"], row["date_of_birth"],
            row["soc_sec_id"] if identity else "",
        )
        for row in rows
    ]  # fmt: skip


def truth_of(people: list[Person]) -> set[tuple[str, str]]:
    """The record ids say it: rec-223-org and rec-223-dup-0 are one person."""
    by_person: dict[str, list[str]] = {}
    for person in people:
        by_person.setdefault(person.key.split("-")[1], []).append(person.key)
    return {pair for keys in by_person.values() for pair in combinations(sorted(keys), 2)}


def scored(people: list[Person]) -> tuple[int, int, int]:
    """How many pairs are suggested, how many of those are right, how many there are."""
    truth = truth_of(people)
    found = {tuple(sorted((pair.one, pair.other))) for pair in pairs(people)}
    return len(found), len(found & truth), len(truth)


@real_files
@pytest.mark.parametrize(
    ("number", "identity", "suggested", "right", "true"),
    [(1, True, 500, 500, 500), (1, False, 500, 500, 500), (3, True, 6440, 6435, 6538), (3, False, 6224, 6219, 6538)],
)
def test_suggestions_are_right_and_nearly_complete(number, identity, suggested, right, true):
    found = scored(people_of(number, identity=identity))

    assert found == (suggested, right, true)
    assert right / suggested >= 0.99
    assert right / true >= 0.85


@real_files
def test_ten_thousand_take_seconds():
    people = people_of(3) + [
        Person(f"{p.key}-b", p.given[::-1], p.surname[::-1], p.street[::-1], p.number, p.city[::-1], p.postcode[::-1],
               p.region, p.born[::-1], p.identity[::-1]) for p in people_of(3)
    ]  # fmt: skip
    began = perf_counter()

    assert len(pairs(people)) > 12_000
    assert (len(people), perf_counter() - began < 30) == (10_000, True)


AYLA = Person("1", "Ayla", "Bose", "12 Mall Road", city="Lahore", phone="+92 300 1234567", email="ayla.bose@mail.pk")


def test_the_same_by_phone_and_name_is_suggested_with_its_reasons():
    (pair,) = pairs([AYLA, Person("2", "Aylla", "Bose", "Mall Road 12", city="LAHORE", phone="0300-1234567")])

    assert (pair.one, pair.other, pair.score >= SUGGESTED) == ("1", "2", True)
    assert pair.sentence == "first name, last name, street, house number, city, phone agree"


def test_namesakes_in_one_city_are_not_suggested():
    others = [
        Person(str(n), "Ali", "Khan", f"{n} Street {n}", city="Lahore", phone=f"0300 12345{n:02}") for n in range(30)
    ]

    assert pairs(others) == []


def test_a_swapped_name_is_the_same_name():
    (pair,) = pairs([
        Person("1", "Madeline", "Mason", "54 Hoseason Street", postcode="4818", born="19081128"),
        Person("2", "Masno", "Madeline", "54 Hoseason Street", postcode="4818", born="19081128"),
    ])  # fmt: skip

    assert "first name" in pair.why and "last name" in pair.why


def test_one_who_is_added_is_shown_whom_they_may_be():
    known = [AYLA, Person("9", "Omar", "Sheikh", city="Karachi", phone="0333 7654321")]

    found = like(Person("new", "Ayla", "Bose", phone="03001234567"), known)

    assert [(pair.one, pair.other) for pair in found] == [("new", "1")]
    assert found[0].score >= POSSIBLE
    assert like(Person("new", "Zara", "Malik", phone="0345 0000000"), known) == []


def test_nothing_known_says_nothing():
    assert pairs([Person("1"), Person("2")]) == []


@real_files
@pytest.mark.parametrize("at_least", [POSSIBLE, SUGGESTED])
def test_what_is_not_looked_at_letter_by_letter_could_not_have_been_found(at_least):
    people = people_of(1)

    every = [pair for pair in pairs(people, at_least=-1000) if pair.score >= at_least]

    assert pairs(people, at_least=at_least) == every


def test_first_and_last_name_in_each_others_place_are_found_whatever_else_differs():
    one = Person("1", "Muneeb", "Qureshi", city="Lahore", street="14 Jaranwala Road", phone="03001234567")
    other = Person("2", "Qureshy", "Muneb", city="Lahore", street="14 Jaranwala Road", phone="03219876543")

    (found,) = pairs([one, other], at_least=-1000)

    assert found in pairs([one, other], at_least=found.score)
    assert {"first name", "last name", "street"} <= set(found.why)


@given(text(alphabet="abcdeé ", max_size=10), text(alphabet="abcdeé ", max_size=10), sampled_from([0.8, 0.88, 0.92]))
def test_so_much_alike_is_what_the_number_says(one, other, least):
    assert is_jaro_winkler(one, other, least) == (jaro_winkler(one, other) >= least)
