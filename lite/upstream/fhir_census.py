"""Who is who at a fund: our own index of people and families, for rows that refer to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lite.upstream.fhir_claims import Named
from lite.upstream.fhir_people import Coverage, Group, Patient
from lite.upstream.fhir_values import Unreadable
from lite.upstream.records import Insured, PersonKey, Right, RightStatus

STRANGER = "names a person that no list holds"


@dataclass
class Census:
    """Built of groups first, then of people; asked by whatever name a row uses.

    `scheme`: of the people's numbers. `shared`: a coverage of one is one of the whole family.
    """

    scheme: str
    shared: bool
    _numbers: dict[str, str] = field(default_factory=dict)  # any name of a person -> number
    _groups: dict[str, Group] = field(default_factory=dict)  # any name of a group or of a member
    _family: dict[str, str] = field(default_factory=dict)  # any name of a person -> family
    _members: dict[str, list[str]] = field(default_factory=dict)  # family -> numbers
    _told: dict[str, Insured] = field(default_factory=dict)

    def group(self, found: Group) -> None:
        """Learn a family; who is a member of two belongs to the first that says so."""
        for name in (*found.ids, found.number, *found.members, found.head):
            if name:
                self._groups.setdefault(name, found)

    def patient(self, found: Patient) -> Insured | None:
        """Learn a person: their record, None when it was learned before. Unreadable when their
        number is another's."""
        group = self._group_of(found)
        family = group.key if group else found.family or found.number
        record = found.insured(self.scheme, family, _is_head(found, group))
        before = self._told.setdefault(found.number, record)
        if (before.name, before.birth) != (record.name, record.birth):
            raise Unreadable("bears the number of another person")
        for name in found.ids:
            self._numbers.setdefault(name, found.number)
            self._family.setdefault(name, family)
        if before is not record:
            return None
        self._members.setdefault(family, []).append(found.number)
        return record

    def key(self, number: str) -> PersonKey:
        return PersonKey(self.scheme, number)

    def person(self, named: Named) -> PersonKey:
        """Whom a row means. Unreadable when nobody, or two."""
        held = (named.reference, named.identifier)
        found = {self._numbers[name] for name in held if name in self._numbers}
        if len(found) > 1:
            raise Unreadable("names two people")
        if not found:
            raise Unreadable(STRANGER)
        return self.key(found.pop())

    def rights(self, found: Coverage, today: str) -> Iterator[Right]:
        """The right of each person that a coverage covers. Unreadable when it covers nobody."""
        covered = list(self._covered(found.beneficiary))
        if not covered:
            raise Unreadable(STRANGER)
        for number in covered:
            yield found.right(self.key(number), today)

    def _covered(self, name: str) -> Iterable[str]:
        if not self.shared:
            return [self._numbers[name]] if name in self._numbers else []
        group = self._groups.get(name)
        family = self._family.get(name) or (group.key if group else name)
        return self._members.get(family, [])

    def _group_of(self, found: Patient) -> Group | None:
        names = [found.family, *sorted(found.ids)]
        return next((self._groups[name] for name in names if name in self._groups), None)


def _is_head(found: Patient, group: Group | None) -> bool:
    """What the person's resource says; else the group's head, or whose number it bears, or its
    first member; without a group, everybody is the head of their own."""
    if found.head is not None or group is None:
        return found.head is not False
    if group.head:
        return group.head in found.ids
    return group.number == found.number or bool(found.ids & set(group.members[:1]))


def best(rights: Iterable[Right]) -> dict[tuple[str, str, str | None], Right]:
    """One right a person, a plan and a first day: the open one where two say otherwise."""
    found: dict[tuple[str, str, str | None], Right] = {}
    for right in rights:
        key = (str(right.insured), right.scheme, right.since)
        if key not in found or right.status is RightStatus.OPEN:
            found[key] = right
    return found
