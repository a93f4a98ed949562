"""A row of a beneficiary registry, read without trust: people, what they are given, what was paid.

Source: the data objects Beneficiary, Member, Group, Person, Programme, Benefit and Payroll of the
SPDCI standard. Its releases and samples spell and nest them differently (`enrolment_`,
`enrollment_`; a person under `member.demographic_info`, or flat): each form is read.

An enrolment in a programme is a right only where the programme says that it is one to care.
A benefit that was granted is not one that was paid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from lite.numbers import typed_phone
from lite.upstream.fhir_values import Money, Unreadable, day, money, rows, text
from lite.upstream.records import (
    Benefit,
    Insured,
    Payment,
    PersonKey,
    Record,
    Right,
    RightStatus,
)

Row = Mapping[str, Any]

# EnrollmentStatusEnum, as codes and as the samples write them.
_STANDING = {
    "1": RightStatus.OPEN, "active": RightStatus.OPEN,
    "2": RightStatus.CLOSED, "deceased": RightStatus.CLOSED,
    "3": RightStatus.CLOSED, "graduated": RightStatus.CLOSED,
    "4": RightStatus.SUSPENDED, "suspended": RightStatus.SUSPENDED,
}  # fmt: skip
_CARE = {"9", "healthcare"}  # SocialProtectionFunctionEnum
_FUNCTIONS = {"1": "pension", "old age": "pension", "5": "family_allowance",
              "family": "family_allowance"}  # fmt: skip
_CASH = {"", "1", "cash"}  # BenefitTypeEnum: what is counted in money
_PAID = {"1": "paid", "successful": "paid", "2": "returned", "not successful": "returned"}
_HEAD = {"", "self", "head"}
_SUM = re.compile(r"(?:([A-Z]{3})\s*)?(\d{1,12}(?:\.\d{1,3})?)(?:\s*([A-Z]{3}))?", re.ASCII)


@dataclass(frozen=True)
class Reading:
    """How a registry's rows are read: `scheme` of the people's numbers, `idtype` of the identifier
    that holds them, the currency where none is told, and whether phones were deposited."""

    scheme: str
    idtype: str
    currency: str
    today: str
    deposited: bool = False

    def records(self, row: Row) -> Iterator[Record]:
        """All that a row tells. Unreadable when it cannot be said whom it is about, or what."""
        group = next(rows(row.get("group")), {})
        main = next(chain(rows(row.get("member")), rows(group.get("group_head_info"))), row)
        who = self._insured(main, group, row)
        found: list[Record] = [who]
        for listed in rows(group.get("member_list", ())):
            member = next(rows(listed.get("household_member", listed)), listed)
            other = self._insured(member, group, row, head=False)
            found += [other] if other.key != who.key else []
        for enrolment, programme in self._enrolments(main, row):
            found += self._of_programme(who.key, enrolment, programme)
        yield from found

    def _insured(self, unit: Row, group: Row, row: Row, head: bool | None = None) -> Insured:
        person = _person(unit)
        number = self._number(person, unit)
        names = next(rows(person.get("name")), {})
        name = " ".join(filter(None, (text(names.get(part)) for part in (
            "given_name", "first_name", "second_name", "surname"))))  # fmt: skip
        born = day(person.get("birth_date"))
        if not name or not born:
            raise Unreadable("a person without a name or a day of birth")
        if born > self.today:
            raise Unreadable("a person who is not born yet")
        if head is None:
            head = text(unit.get("relationship_head")).lower() in _HEAD
        family = _value(group.get("group_identifier")) or text(row.get("household_identifier"))
        return Insured(
            {self.scheme: number}, family or number, "head" if head else "dependant", name, born,
            self._phones(person),
        )  # fmt: skip

    def _number(self, person: Row, unit: Row) -> str:
        """The value of the one identifier of our type; a unit's own stands in for its person's."""
        for held in (person.get("identifier"), person, unit.get("member_identifier")):
            found = {text(one.get("identifier_value")) for one in rows(held)
                     if text(one.get("identifier_type")).lower() == self.idtype.lower()} - {""}
            if len(found) > 1:
                raise Unreadable("a person of two numbers")
            if found:
                return found.pop()
        raise Unreadable("no number of the kind that people are known by here")

    def _phones(self, person: Row) -> tuple[str, ...]:
        told = person.get("phone_number") if self.deposited else None
        listed = told if isinstance(told, list) else [told]
        return tuple(dict.fromkeys(filter(None, (typed_phone(text(one)) for one in listed))))

    def _enrolments(self, main: Row, row: Row) -> Iterator[tuple[Row, Row]]:
        """Each enrolment with its programme; what only the row says is of its one programme."""
        place = main if "programme_identifier" in main else row
        held = place.get("programme_identifier")
        listed = list(rows(held)) if isinstance(held, list | Mapping) else []
        if text(held if not listed else None):
            listed = [place]
        if len(listed) > 1 and any(row.get(name) for name in ("benefits", "enrollment_status")):
            raise Unreadable("several programmes, and it is not told which gave what")
        for one in listed:
            yield ({**row, **one} if len(listed) == 1 else one), next(
                rows(one.get("programme")), one)  # fmt: skip

    def _of_programme(self, who: PersonKey, enrolment: Row, programme: Row) -> Iterator[Record]:
        name = text(programme.get("programme_identifier")) or text(programme.get("programme_code"))
        if not name:
            raise Unreadable("a programme without an identifier")
        functions = _labels(programme.get("social_protection_functions"))
        if functions & _CARE:
            yield _right(who, name, enrolment)
        kinds = {_FUNCTIONS[one] for one in functions if one in _FUNCTIONS}
        kind = kinds.pop() if len(kinds) == 1 else "other"
        held = enrolment.get("benefits", enrolment.get("benefit"))
        flat = [enrolment] if "benefit_type" in enrolment else []
        for benefit in list(rows(held)) or flat:
            yield from self._given(who, name, kind, benefit)
        if "payment_status" in enrolment and not flat:
            yield from self._paid(who, name, None, enrolment)

    def _given(self, who: PersonKey, name: str, kind: str, benefit: Row) -> Iterator[Record]:
        """A benefit in money, and its payment where one is told; what is given in kind has no
        place in Lite's records."""
        if not _labels(benefit.get("benefit_type")) <= _CASH:
            return
        when = day(benefit.get("benefit_date")) or day(benefit.get("date_received"))
        worth = self._sum(benefit, "benefit_value", "benefit_amount")
        if (when is None) is not (worth is None):
            raise Unreadable("a benefit without a day or an amount")
        number = f"{who.value}-{name}-{when}" if when else None
        status = next(iter(_labels(benefit.get("payment_status"))), "")
        if number and when and worth:
            told = _PAID.get(status, "unknown" if status else "granted")
            yield Benefit(number, who, kind, when[:7], worth.amount, worth.currency, told)
        yield from self._paid(who, name, number, benefit)

    def _paid(self, who: PersonKey, name: str, benefit: str | None, told: Row) -> Iterator[Record]:
        """The payment, if it is one that succeeded on a day that has come."""
        status = next(iter(_labels(told.get("payment_status"))), "")
        when, worth = day(told.get("payment_credit_date")), self._sum(told, "payment_credit_amount")
        if _PAID.get(status) != "paid" or not when or not worth:
            return
        if when > self.today:
            raise Unreadable("a payment on a day to come")
        number = f"{who.value}-{name}-paid-{when}"
        yield Payment(number, who, None, benefit, worth.amount, worth.currency, when)

    def _sum(self, row: Row, *fields: str) -> Money | None:
        """An amount: `USD 50`, `50.00`, a number, or an amount beside its currency."""
        told = next((row[field] for field in fields if row.get(field) not in (None, "")), None)
        currency = text(row.get("currency"))
        if isinstance(told, Mapping):
            told, currency = told.get("amount", told.get("value")), text(told.get("currency"))
        if isinstance(told, str) and told.strip():
            found = _SUM.fullmatch(told.strip())
            if not found or (found[1] and found[3]):
                raise Unreadable("an amount cannot be read")
            told, currency = found[2], found[1] or found[3] or currency
        return money({"value": told, "currency": currency}, self.currency)


def _person(unit: Row) -> Row:
    """The person of a unit: in its demographics, or the unit itself."""
    held = next(rows(unit.get("demographic_info")), unit)
    return next(rows(held.get("person")), held)


def _value(held: object) -> str:
    if isinstance(held, str | int):
        return text(held)
    return next((text(one.get("identifier_value")) for one in rows(held)), "")


def _labels(told: object) -> set[str]:
    """Codes of a table in lower case, of one or of a list; without the name of the table."""
    listed = told if isinstance(told, list) else [told]
    return {text(one).lower().rpartition(":")[2].strip() for one in listed} - {""}


def _right(who: PersonKey, name: str, enrolment: Row) -> Right:
    def told(part: str) -> Any:
        return enrolment.get(f"enrolment_{part}", enrolment.get(f"enrollment_{part}"))

    raw = text(told("status"))
    status = _STANDING.get(next(iter(_labels(raw)), ""), RightStatus.UNKNOWN)
    changed = enrolment.get("status_change_date")
    last = changed[-1] if isinstance(changed, list) and changed else changed
    ended = enrolment.get("graduation_date") or (None if isinstance(last, list) else last)
    until = day(ended) if status is RightStatus.CLOSED else None
    return Right(who, name, status, day(told("date")), until, None, raw)

