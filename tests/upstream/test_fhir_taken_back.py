"""A paper that a FHIR fund took back: its Task, or its DocumentReference, says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from lite.upstream import fhir_tasks

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TASK = {"resourceType": "Task", "output": [{"valueReference": {"reference": "D/7"}}]}


@dataclass
class Reply:
    status: int
    body: dict[str, Any]


@dataclass
class Wire:
    """Answers every reading alike."""

    reply: Reply

    def get(self, path: str) -> Reply:
        return self.reply


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"status": "current"}, None),
        ({"status": "superseded"}, "superseded"),
        ({"status": "entered-in-error"}, "entered-in-error"),
        ({"status": "current", "docStatus": "entered-in-error"}, "entered-in-error"),
        ({}, None),
        ({"status": ["entered-in-error"]}, None),
    ],
)
def test_a_document_says_that_it_holds_no_more(told: dict[str, Any], reason: str | None) -> None:
    gone = fhir_tasks.paper_gone(Wire(Reply(200, told)), TASK)  # type: ignore[arg-type]
    assert (gone.code if gone else None) == reason


def test_a_document_that_cannot_be_read_is_not_taken_for_gone() -> None:
    wire = Wire(Reply(404, {"status": "entered-in-error"}))
    assert fhir_tasks.paper_gone(wire, TASK) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["cancelled", "rejected", "entered-in-error"])
def test_a_task_that_ends_so_is_a_rejection(status: str) -> None:
    told = fhir_tasks.progress({**TASK, "status": status}, NOW)
    assert told and told.state == "rejected"
