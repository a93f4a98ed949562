"""What differs between those who speak FHIR R4: a table for each, and the standard's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from lite.upstream.fhir_values import Resource
from lite.upstream.records import DossierStatus, RightStatus

# An answer to a claim -> where the claim stands, and the codes that say so.
Standing = Callable[[Resource], tuple[DossierStatus, str]]


@dataclass(frozen=True)
class Dialect:
    """One way to speak FHIR R4. Everything else is the same for all."""

    kind: str
    scheme: str  # of a person's number; empty: the fund's own name
    # Types of a person's and of a claim's identifiers, in lower case, the best first.
    person_types: tuple[str, ...]
    claim_types: tuple[str, ...]
    uuid_type: str  # the type of the identifier that repeats the id; empty: there is none
    answers: tuple[str, ...]  # the resources that tell where a claim stands
    standing: Standing
    unanswered: DossierStatus  # of a claim that nothing answers
    right_status: Mapping[str, RightStatus]
    claimed: str  # categories of a total, of what is claimed and of what is granted
    granted: str
    lines_summed: bool = True  # amounts of lines are totals: what is granted may be their sum
    answer_dated: bool = True  # `created` of an answer is the day of its last move
    family_covered: bool = False  # a coverage of the head is one of each member
    pages: Literal["links", "offset"] = "links"
    page_size: int = 100
    slash: bool = False  # paths end with a slash
    instant: str = "%Y-%m-%dT%H:%M:%SZ"  # how `_lastUpdated` is written, in UTC
    login: str = ""  # where a token is had; empty: Basic
    health: str = "metadata"
    submit: bool = True
    whole_below: int = 0  # a full pull of so few requests stands for a delta
    extensions: Mapping[str, str] = field(default_factory=dict)  # ours -> end of their address
