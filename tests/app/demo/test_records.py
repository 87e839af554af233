"""The made-up CRM as values: always the same one, a larger one begins with it, and nothing in it is real."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

import phonenumbers
import pytest

from app.demo import words
from app.demo.contacts import Employer
from app.demo.records import parts

DAY = date(2026, 3, 2)
HOST = re.compile(r"[\w.-]+@([\w.-]+)|https?://([\w.-]+)")


def made(people: int, today: date = DAY) -> dict[str, dict[str, Any]]:
    """All records by object and id."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for part in parts(people, today):
        for name, each in part.records.items():
            found[name] |= {record["id"]: record for record in each}
    return found


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("people", [1, 2, 7, 36, 37, 200])
def test_as_many_people_as_were_asked_for(people: int) -> None:
    assert len(made(people)["person"]) == people


def test_a_larger_one_begins_with_the_smaller_one() -> None:
    small, large = made(40), made(500)
    assert small == made(40)
    for name, each in small.items():
        assert each.items() <= large[name].items(), name


def test_another_day_has_the_same_records_with_other_dates() -> None:
    one, other = made(60), made(60, date(2027, 7, 1))
    assert {name: list(each) for name, each in one.items()} == {name: list(each) for name, each in other.items()}
    assert one["message"] != other["message"]
    assert one["company"].keys() == other["company"].keys()


def test_a_part_refers_to_nothing_that_comes_later() -> None:
    seen: set[str] = set()
    for part in parts(300, DAY):
        for each in part.records.values():
            seen |= {record["id"] for record in each}
            for record in each:
                keys = {name for name in record if name.endswith("Id")} - {"userId", "objectMetadataId"}
                keys -= {"fieldMetadataId", "kanbanFieldMetadataId", "headerMessageId"}
                assert [name for name in keys if record[name] not in {*seen, None}] == []


def test_nothing_is_real() -> None:
    everything = [text for each in made(300).values() for record in each.values() for text in texts(record)]
    hosts = {first or second for text in everything for first, second in HOST.findall(text)}
    assert len(hosts) > 50
    assert {host for host in hosts if not host.endswith(".example")} == set()


def test_numbers_are_of_their_country() -> None:
    for country in words.COUNTRIES:
        if country.phone:
            number = phonenumbers.parse(country.phone.replace("#", "4"))
            assert phonenumbers.is_valid_number(number), country.name


def test_addresses_and_domains_are_of_one() -> None:
    found = made(2000)
    addresses = [person["emails"]["primaryEmail"] for person in found["person"].values()]
    assert len(set(addresses)) == len(addresses)
    assert {address for address in addresses if not re.fullmatch(r"[a-z.0-9]+@[a-z]+\.example", address)} == set()


def test_as_many_companies_as_100_000_people_need_have_a_name_of_their_own() -> None:
    domains = {Employer.numbered(number).domain for number in range(28_000)}
    assert len(domains) == 28_000


def test_a_part_is_small_however_many_people_there_are() -> None:
    sizes = [sum(map(len, part.records.values())) for part in islice(parts(100_000, DAY), 30)]
    assert 1000 < max(sizes) < 4000


def test_messages_come_one_after_the_other_on_workdays_before_today() -> None:
    threads: dict[str, list[datetime]] = defaultdict(list)
    for message in made(500)["message"].values():
        threads[message["messageThreadId"]].append(datetime.fromisoformat(message["receivedAt"]))
    assert len(threads) > 300
    for moments in threads.values():
        assert moments == sorted(moments)
        assert moments[-1].date() < DAY
        assert max(moment.weekday() for moment in moments) <= 4
