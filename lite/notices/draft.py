"""What an operator wants to announce, and all that it lacks: told at once, each by its name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lite.clock import day, hour
from lite.notices.notice import ALL, INSTEAD, KINDS, LANGUAGES, WORDS, Both, Notice

# A week, so that whoever needs a paper can come before: as GOV.UK Notify announces its own.
AHEAD = timedelta(days=7)

# Words that tell nobody what to do, and what to say in their place.
_EXCUSES = re.compile(
    r"\bmaintenance|\bam[ée]lior\w*|\btechni(que|cien)\w*|\bmise à (?:jour|niveau)|\bmodernis\w*"
    r"|\bpour mieux vous servir|صيان[ةه]|تحسين|تطوير|تحديث|تقني|عصرنة",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\bbient[ôo]t|\bprochainement|\bd[èe]s que possible|\bmomentan\w*|\bplus tard\b"
    r"|\bquelques (?:minutes|heures|jours)|قريبا|مؤقت|لاحقا|في أقرب (?:وقت|الآجال)|بعض الوقت",
    re.IGNORECASE,
)


class Incomplete(ValueError):
    """A notice is refused; the message names everything that is missing or wrong."""


@dataclass(frozen=True)
class Draft:
    """What was written so far; times are aware, words are `{"stops": {"fr": …, "ar": …}}`."""

    fund: str = ""
    kind: str = "planned"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    next_at: datetime | None = None
    services: tuple[str, ...] = ()
    words: Mapping[str, Both] = field(default_factory=dict)
    instead: Mapping[str, Both] = field(default_factory=dict)


def check(
    draft: Draft, now: datetime, known: Collection[str], funds: Collection[str],
    old: Notice | None = None,
) -> None:  # fmt: skip
    """Raise `Incomplete` with all that is wrong. `known` are the keys of the services, `funds` the
    names of the funds; `old` is what a revision changes."""
    wrong = [*_names(draft, known, funds), *_hours(draft, now, old), *_said(draft)]
    if wrong:
        raise Incomplete("The notice is refused:\n" + "\n".join(f"  - {one}" for one in wrong))


def _names(draft: Draft, known: Collection[str], funds: Collection[str]) -> Iterator[str]:
    if draft.kind not in KINDS:
        yield f"kind: write {' or '.join(KINDS)}"
    if draft.fund and draft.fund not in funds:
        yield f"fund: '{draft.fund}' is not one of ours ({', '.join(sorted(funds))}; none for Lite)"
    if not draft.services:
        yield "services: which functions stop? Write their keys, or all"
    for key in (*draft.services, *draft.instead):
        if key != ALL and key not in known:
            yield f"services: '{key}' is none of {', '.join(sorted(known))}, {ALL}"


def _hours(draft: Draft, now: datetime, old: Notice | None) -> Iterator[str]:
    start, end = draft.starts_at, draft.ends_at
    if start is None:
        yield "from is missing: when does it stop?"
    if end is None and draft.next_at is None:
        yield "until is missing (when it is back), or next_news (the hour of the next news)"
    if draft.next_at and draft.next_at <= now:
        yield "next_news must be still to come"
    if end and (end <= now or (start and end <= start)):
        yield "until must be after from, and still to come"
    if draft.kind != "planned" or start is None:
        return
    if end is None:
        yield "until is missing: the end of a planned stop is known"
    # A stop that was announced in time may still be put off, never brought forward.
    announced = old is not None and old.kind == "planned" and start >= old.starts_at
    if not announced and start < now + AHEAD:
        first = now + AHEAD
        yield (f"from: a planned stop is announced 7 days ahead, so from {day(first)} {hour(first)}"
               " on; an emergency is kind incident, with the same fields")  # fmt: skip


def _said(draft: Draft) -> Iterator[str]:
    for name, most in WORDS.items():
        yield from _both(name, draft.words.get(name, {}), most)
    for key in draft.services:
        if key not in draft.instead and ALL not in draft.instead:
            yield from _both(f"instead.{key}", {}, INSTEAD)
    for key, both in draft.instead.items():
        yield from _both(f"instead.{key}", both, INSTEAD)


def _both(name: str, both: Both, most: tuple[int, int]) -> Iterator[str]:
    for language, longest in zip(LANGUAGES, most, strict=True):
        text = both.get(language, "").strip()
        if not text:
            yield f"{name}.{language} is missing"
        elif len(text) > longest:
            yield f"{name}.{language} has {len(text)} characters, {longest} at most"
        if excuse := _EXCUSES.search(text):
            yield (f"{name}.{language}: « {excuse[0]} » is a reason that helps nobody. Say what"
                   " stops, until when, and what to do meanwhile")  # fmt: skip
        if vague := _VAGUE.search(text):
            yield f"{name}.{language}: « {vague[0]} » says no hour. Write the day and the hour"
