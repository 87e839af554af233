"""The companies and people of the made-up CRM: who they are, where they sit, and what is said to them."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar
from uuid import NAMESPACE_DNS, UUID, uuid5

from app.demo import words

Record = dict[str, Any]
T = TypeVar("T")

LARGEST, LARGEST_SIZE = 7, 36  # the number of one company that has more people than others
SIZES = (1, 2, 2, 3, 3, 4, 4, 5, 6, 9)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")

_IDS = uuid5(NAMESPACE_DNS, "demo.icosa.example")
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "Ł": "l", "ø": "o"})
_PRIME = 7919  # with which the numbers of companies go through all pairs of words, each once


def record_id(kind: str, *numbers: int) -> str:
    """The same in every run."""
    return str(uuid5(_IDS, " ".join((kind, *map(str, numbers)))))


def member_id(number: int) -> UUID:
    return UUID(record_id("workspaceMember", number))


@dataclass(slots=True)
class Employer:
    """A company as its people come to it. `member` is the number of the member who looks after it."""

    number: int
    chance: Random
    country: words.Country
    city: tuple[str, str, str]
    name: str
    size: int
    people: list[Record] = field(default_factory=list)
    handles: set[str] = field(default_factory=set)
    taken: Counter[str] = field(default_factory=Counter)

    @classmethod
    def numbered(cls, number: int) -> "Employer":
        chance = Random(f"company {number}")
        country = chance.choice(words.COUNTRIES)
        size = LARGEST_SIZE if number == LARGEST else chance.choice(SIZES)
        return cls(number, chance, country, chance.choice(country.cities), _name(number), size)

    @property
    def id(self) -> str:
        return record_id("company", self.number)

    @property
    def member(self) -> int:
        return self.number % len(words.MEMBERS)

    @property
    def domain(self) -> str:
        return f"{plain(self.name)}.example"

    def record(self) -> Record:
        """To be asked for once, since it takes from the company's chance."""
        city, state, postcode = self.city
        chance = self.chance
        employees = self.size * chance.randrange(3, 40)
        return {
            "id": self.id,
            "name": f"{self.name} {self.country.legal_form}",
            "domainName": {"primaryLinkUrl": f"https://{self.domain}"},
            "employees": employees,
            "annualRecurringRevenue": {
                "amountMicros": employees * chance.randrange(20, 160) * 1_000_000_000,
                "currencyCode": self.country.currency,
            },
            "address": {
                "addressStreet1": f"{chance.choice(self.country.streets)} {chance.randrange(1, 120)}",
                "addressCity": city,
                "addressPostcode": postcode,
                "addressState": state,
                "addressCountry": self.country.name,
            },
            "idealCustomerProfile": chance.random() < 0.3,
            "accountOwnerId": str(member_id(self.member)),
        }

    def contact(self, place: int) -> "Contact":
        """The next of its people."""
        chance = Random(f"person {self.number} {place}")
        first, last = chance.choice(self.country.first_names), chance.choice(self.country.last_names)
        handle = f"{plain(first)}.{plain(last)}"
        if handle in self.handles:
            handle += str(place)
        self.handles.add(handle)
        person = {
            "id": record_id("person", self.number, place),
            "name": {"firstName": first, "lastName": last},
            "emails": {"primaryEmail": f"{handle}@{self.domain}"},
            "phones": {"primaryPhoneNumber": _dialled(self.country.phone, chance)},
            "jobTitle": chance.choice(words.TITLES[:4] if place == 0 else words.TITLES[4:]),
            "city": self.city[0] if chance.random() < 0.8 else chance.choice(self.country.cities)[0],
            "companyId": self.id,
        }
        self.people.append(person)
        return Contact(self, place, chance, person, chance.choice(words.PRODUCTS))

    def next(self, kind: str, choices: Sequence[T]) -> T:
        """One of the choices after the other, so that none comes twice before all have come."""
        self.taken[kind] += 1
        return choices[(self.number * 3 + self.taken[kind]) % len(choices)]

    def someone(self, chance: Random) -> Record:
        """One of the people so far."""
        return chance.choice(self.people)


@dataclass(frozen=True, slots=True)
class Contact:
    """A person, `record`, at his `place` among his colleagues, and the product that he is offered."""

    employer: Employer
    place: int
    chance: Random
    record: Record
    product: tuple[str, int, int]

    @property
    def id(self) -> str:
        return str(self.record["id"])

    def own_id(self, kind: str, *numbers: int) -> str:
        """Of what hangs on this person."""
        return record_id(kind, self.employer.number, self.place, *numbers)

    def said(self, text: str) -> str:
        """A text with this person's names in it, and a number and a day as they come."""
        return text.format(
            first=self.record["name"]["firstName"],
            last=self.record["name"]["lastName"],
            company=self.employer.name,
            city=self.employer.city[0],
            member=words.MEMBERS[self.employer.member][0],
            product=self.product[0],
            count=self.employer.size * 4 + self.place,
            day=DAYS[(self.employer.number + self.place) % len(DAYS)],
        )


def _name(number: int) -> str:
    """Another one for each number."""
    pairs = len(words.COMPANY_FIRST) * len(words.COMPANY_SECOND)
    first, second = divmod(number * _PRIME % pairs, len(words.COMPANY_SECOND))
    third = ("", *words.COMPANY_THIRD)[number // pairs]
    return f"{words.COMPANY_FIRST[first]} {words.COMPANY_SECOND[second]} {third}".rstrip()


def plain(name: str) -> str:
    """In the letters of an address: `Krüger` → `kruger`."""
    decomposed = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return "".join(letter for letter in decomposed.lower() if letter.isascii() and letter.isalnum())


def _dialled(pattern: str, chance: Random) -> str:
    return "".join(str(chance.randrange(10)) if sign == "#" else sign for sign in pattern)
