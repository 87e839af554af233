"""A made-up CRM, record by record: the same on every machine and in every run, but for its dates, which go by today.

A company hangs on its number alone, and what a person brings along on his company and on his colleagues before him, so
that a larger CRM begins with the smaller one. It is made a part at a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from app.demo import words
from app.demo.contacts import Contact, Employer, Record, member_id, record_id
from app.demo.views import views

PART = 50  # companies that one member entered, some 200 people
MEMBERS = len(words.MEMBERS)
FRIDAY = 4
ORDER = (
    *("company", "person", "opportunity", "note", "noteTarget", "task", "taskTarget", "messageThread", "message"),
    *("messageParticipant", "calendarEvent", "calendarEventParticipant", "favorite"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """Records by the singular name of their object, in an order in which each finds those that it refers to.

    `member` is the number of the member who entered them, if one did.
    """

    records: Mapping[str, Sequence[Record]]
    people: int
    member: int | None = None


def parts(people: int, today: date) -> Iterator[Part]:
    """The whole, with that many people."""
    yield Part({"workspaceMember": [_member(number) for number in range(MEMBERS)], **views()}, 0)
    left, begin = people, 0
    while left:
        makers = [Maker(datetime.combine(today, time(), UTC)) for _ in words.MEMBERS]
        for number in range(begin, begin + PART * MEMBERS):
            left -= makers[number % MEMBERS].company(number, left)
            if not left:
                break
        begin += PART * MEMBERS
        for member, maker in enumerate(makers):
            if maker.records["company"]:
                yield Part(maker.records, len(maker.records["person"]), member)


def _member(number: int) -> Record:
    first, last, zone = words.MEMBERS[number]
    return {
        "id": str(member_id(number)),
        "name": {"firstName": first, "lastName": last},
        "userEmail": words.member_address(number),
        "userId": record_id("user", number),
        "timeZone": zone,
    }


class Maker:
    """Collects what one member enters. All dates hang on `today`."""

    def __init__(self, today: datetime) -> None:
        self.today = today
        self.records: dict[str, list[Record]] = {name: [] for name in ORDER}

    def company(self, number: int, most: int) -> int:
        """A company with its people, `most` of them at most. Gives how many."""
        employer = Employer.numbered(number)
        self._entered("company", employer.record(), employer.chance, 700)
        if number < 3 * MEMBERS:
            self._favorite(employer, {"companyId": employer.id})
        places = range(min(employer.size, most))
        for place in places:
            self._person(employer.contact(place))
        return len(places)

    def _person(self, contact: Contact) -> None:
        chance = contact.chance
        self._entered("person", contact.record, chance, 600)
        likely = 1.0 if contact.place == 0 else 0.35  # the first one of a company is the one that we talk to
        if chance.random() < 0.9 * likely:
            self._deal(contact)
        if chance.random() < 0.8 * likely:
            self._task(contact)
        for number in range(chance.randrange(1, 4) if chance.random() < 0.8 * likely else 0):
            self._note(contact, number)
        for number in range(chance.randrange(1, 3) if chance.random() < 0.9 * likely else 0):
            self._thread(contact, number)
        if chance.random() < 0.5 * likely:
            self._event(contact)
        if contact.place == 0 and contact.employer.number % 20 == 1:
            self._favorite(contact.employer, {"personId": contact.id})

    def _deal(self, contact: Contact) -> None:
        chance, employer = contact.chance, contact.employer
        stage = chance.choices(words.STAGES, (26, 22, 20, 16, 16))[0]
        product, least, most = contact.product
        amount = chance.randrange(least, most + 1, 500)
        closes = -chance.randrange(1, 120) if stage == "CUSTOMER" else chance.randrange(3, 150)
        deal = {
            "id": contact.own_id("opportunity"),
            "name": f"{employer.name} – {product}",
            "amount": {"amountMicros": amount * 1_000_000, "currencyCode": employer.country.currency},
            "closeDate": self._at(closes, 12),
            "stage": stage,
            "companyId": employer.id,
            "pointOfContactId": contact.id,
        }
        self._entered("opportunity", deal, chance, 180)
        if employer.number % 15 == 2 and contact.place == 0:
            self._favorite(employer, {"opportunityId": deal["id"]})

    def _note(self, contact: Contact, number: int) -> None:
        title, text = contact.employer.next("note", words.NOTES)
        note = {"title": contact.said(title), "bodyV2": {"markdown": contact.said(text)}}
        self._about("note", contact, number, note, 200)

    def _task(self, contact: Contact) -> None:
        chance = contact.chance
        title, text = contact.employer.next("task", words.TASKS)
        status = chance.choices(("TODO", "IN_PROGRESS", "DONE"), (55, 20, 25))[0]
        due = -chance.randrange(2, 60) if status == "DONE" else chance.choice((-3, -1, 0, 1, 2, 4, 7, 10, 14, 21))
        assignee = contact.employer.member if chance.random() < 0.8 else chance.randrange(MEMBERS)
        task = {
            "title": contact.said(title),
            "bodyV2": {"markdown": contact.said(text)},
            "status": status,
            "dueAt": self._at(due, chance.randrange(9, 18)),
            "assigneeId": str(member_id(assignee)),
        }
        self._about("task", contact, 0, task, 90)

    def _about(self, kind: str, contact: Contact, number: int, record: Record, days: int) -> None:
        """A note or a task, about a person and his company."""
        made = {"id": contact.own_id(kind, number), **record}
        self._entered(kind, made, contact.chance, days)
        for n, about in enumerate(({"personId": contact.id}, {"companyId": contact.employer.id})):
            target = {"id": contact.own_id(f"{kind}Target", number, n), f"{kind}Id": made["id"], **about}
            self.records[f"{kind}Target"].append(target)

    def _thread(self, contact: Contact, number: int) -> None:
        chance = contact.chance
        subject, texts = contact.employer.next("thread", words.THREADS)
        thread = {"id": contact.own_id("messageThread", number)}
        self.records["messageThread"].append(thread)
        copied = contact.employer.someone(chance) if chance.random() < 0.3 else contact.record
        days, hours = -chance.randrange(4 * len(texts), 240), chance.randrange(8, 17)
        sent = _on_a_workday(self.today + timedelta(days=days, hours=hours))
        for n, text in enumerate(texts):
            message = {
                "id": contact.own_id("message", number, n),
                "headerMessageId": f"<{contact.own_id('header', number, n)}@{words.MEMBERS_DOMAIN}>",
                "subject": ("Re: " if n else "") + contact.said(subject),
                "text": contact.said(text),
                "receivedAt": _iso(sent),
                "messageThreadId": thread["id"],
            }
            self.records["message"].append(message)
            sent += timedelta(minutes=chance.randrange(20, 2000))
            sent += timedelta(days=2 if sent.weekday() > FRIDAY else 0)
            pair = (_ours(contact.employer.member), _theirs(contact.record))
            who = [{"role": "from", **pair[n % 2]}, {"role": "to", **pair[1 - n % 2]}]
            who += [{"role": "cc", **_theirs(copied)}] if copied is not contact.record else []
            self._participants("message", message["id"], who)

    def _event(self, contact: Contact) -> None:
        chance, employer = contact.chance, contact.employer
        title, minutes, text = employer.next("event", words.EVENTS)
        days, hour, minute = chance.randrange(-60, 30), chance.randrange(8, 17), chance.choice((0, 30))
        starts = _on_a_workday(self.today + timedelta(days=days, hours=hour, minutes=minute))
        own_id, is_remote = contact.own_id("calendarEvent"), minutes <= 60
        event = {
            "id": own_id,
            "title": contact.said(title),
            "description": text,
            "startsAt": _iso(starts),
            "endsAt": _iso(starts + timedelta(minutes=minutes)),
            "isCanceled": chance.random() < 0.04,
            "iCalUID": f"{own_id}@{words.MEMBERS_DOMAIN}",
            "location": "" if is_remote else employer.city[0],
            "conferenceSolution": "Meet" if is_remote else "",
            "conferenceLink": {"primaryLinkUrl": f"https://meet.example/{own_id[:8]}" if is_remote else ""},
        }
        self.records["calendarEvent"].append(event)
        answers = ("ACCEPTED", "NEEDS_ACTION", "TENTATIVE") if days > 0 else ("ACCEPTED",)
        guests = {one["id"]: one for one in (contact.record, employer.someone(chance))}.values()
        who = [{**_ours(employer.member), "isOrganizer": True, "responseStatus": "ACCEPTED"}]
        who += [{**_theirs(guest), "isOrganizer": False, "responseStatus": chance.choice(answers)} for guest in guests]
        self._participants("calendarEvent", own_id, who)

    def _participants(self, kind: str, own_id: str, people: Sequence[Record]) -> None:
        made = (
            {"id": record_id(f"{own_id} participant", n), f"{kind}Id": own_id, **who} for n, who in enumerate(people)
        )
        self.records[f"{kind}Participant"].extend(made)

    def _favorite(self, employer: Employer, what: Record) -> None:
        (pinned,) = what.values()
        about = {"position": employer.number, "forWorkspaceMemberId": str(member_id(employer.member))}
        self.records["favorite"].append({"id": record_id(f"favorite {pinned}"), **about, **what})

    def _entered(self, kind: str, record: Record, chance: Random, days: int) -> None:
        """On one of the last so many days."""
        self.records[kind].append(
            {**record, "createdAt": self._at(-chance.randrange(1, days), chance.randrange(8, 18))}
        )

    def _at(self, days: int, hour: int) -> str:
        return _iso(_on_a_workday(self.today + timedelta(days=days, hours=hour)))


def _ours(member: int) -> dict[str, Any]:
    name, address = words.member_name(member), words.member_address(member)
    return {"workspaceMemberId": str(member_id(member)), "personId": None, "handle": address, "displayName": name}


def _theirs(person: Record) -> dict[str, Any]:
    name = f"{person['name']['firstName']} {person['name']['lastName']}"
    handle = person["emails"]["primaryEmail"]
    return {"workspaceMemberId": None, "personId": person["id"], "handle": handle, "displayName": name}


def _on_a_workday(moment: datetime) -> datetime:
    """What would be on a weekend is on the Friday before."""
    return moment - timedelta(days=max(0, moment.weekday() - FRIDAY))


def _iso(moment: datetime) -> str:
    return moment.isoformat()
