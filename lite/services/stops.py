"""What is said of a stop: an hour, what still works, what to do meanwhile, whom to call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lite.clock import hour, short
from lite.services import names
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.facts import Stop


_AT_FIRST = timedelta(minutes=5)  # what is said when a silence begins is no later news


def headline(stop: Stop) -> Text:
    """Who stops, the hour that counts now and what stops, in one line: the top of a screen, a
    banner. The hour comes early, so that it is on the first screen whatever follows."""
    stops = Text(stop.said["stops"])
    if not stop.begun:
        start = Ltr(short(stop.starts_at))
        return T("{fund}, arrêt le {start} : {stops}", fund=_fund(stop), start=start, stops=stops)
    if stop.late:
        return T("{fund}, toujours à l'arrêt : {stops}", fund=_fund(stop), stops=stops)
    if stop.ends_at:
        until = Ltr(short(stop.ends_at))
        return T("{fund}, retour le {until} : {stops}", fund=_fund(stop), until=until, stops=stops)
    news = Ltr(short(_news_at(stop)))
    return T("{fund}, nouvelles le {next} : {stops}", fund=_fund(stop), next=news, stops=stops)


def whole(stop: Stop) -> list[Text]:
    """All that is known of a stop, the most useful first."""
    # Words that an operator wrote are a sentence without values: its numbers keep their order.
    return [T("{fund} : {stops}", fund=_fund(stop), stops=Text(stop.said["stops"])), *details(stop)]


def details(stop: Stop) -> Iterator[Text]:
    """What the headline leaves out."""
    yield _hours(stop)
    yield from _news(stop)
    yield from (_said(stop, name) for name in ("works",) if name in stop.said)
    yield from _instead(stop)
    yield from (_said(stop, name) for name in ("agency", "post") if name in stop.said)
    yield from _contact(stop)


def brief(stop: Stop) -> list[Text]:
    """What an SMS holds of it: all but what still works, and where the agency and the post are."""
    return [_to_come(stop), *_instead(stop), *_contact(stop)]


def _to_come(stop: Stop) -> Text:
    """The headline; of what has not begun, with its end, for which a screen has no room."""
    if stop.begun or not stop.ends_at:
        return headline(stop)
    start, until = Ltr(short(stop.starts_at)), Ltr(short(stop.ends_at))
    return T("{fund}, arrêt du {start} au {until} : {stops}", fund=_fund(stop), start=start,
             until=until, stops=Text(stop.said["stops"]))  # fmt: skip


_LABELS = {
    "works": T("Ce qui marche : {said}"),
    "agency": T("Agence : {said}"),
    "post": T("Poste : {said}"),
    "pending": T("Demandes en attente : {said}"),
}


def _said(stop: Stop, name: str) -> Text:
    return Text(_LABELS[name].id, {"said": Text(stop.said[name])})


def _fund(stop: Stop) -> Text | str:
    return names.scheme(stop.fund) if stop.fund else "Lite"


def _news_at(stop: Stop) -> datetime:
    assert stop.next_at is not None
    return stop.next_at


def _hours(stop: Stop) -> Text:
    start, end = stop.starts_at, stop.ends_at
    if end:
        return T("Du {day} {hour} au {until} {return_hour}",
                 day=start, hour=Ltr(hour(start)),
                 until=end, return_hour=Ltr(hour(end)))  # fmt: skip
    news = _news_at(stop)
    return T("Depuis le {day} à {hour}. Prochaine nouvelle le {next} à {news_hour}.",
             day=start, hour=Ltr(hour(start)),
             next=news, news_hour=Ltr(hour(news)))  # fmt: skip


def _news(stop: Stop) -> Iterator[Text]:
    """What changed since it was first said."""
    if stop.late:
        yield T("L'heure annoncée est passée. Nous n'en savons pas plus.")
    for promised in stop.before:
        yield T("D'abord annoncé : retour le {until}.", until=Ltr(short(promised)))
    if stop.before or (stop.own and stop.at - stop.starts_at > _AT_FIRST):
        yield T("Dernière nouvelle le {day} à {hour}.", day=stop.at, hour=Ltr(hour(stop.at)))


def _instead(stop: Stop) -> Sequence[Text]:
    """What to do meanwhile; of several functions, each by its name."""
    if len(stop.instead) == 1:
        return [T("En attendant : {instead}", instead=Text(said)) for _, said in stop.instead]
    return [
        T("{function} : {instead}", function=_function(key), instead=Text(said))
        for key, said in stop.instead
    ]


def _function(key: str) -> Text:
    from lite.services import SERVICES  # the list of all, of which this is a part

    return next((one.short for one in SERVICES if one.key == key), T("Autres services"))


def _contact(stop: Stop) -> Iterator[Text]:
    if "contact" in stop.said:
        contact, hours = Text(stop.said["contact"]), Text(stop.said.get("hours", "-"))
        yield T("Contact : {contact} ({hours})", contact=contact, hours=hours)
    if "pending" in stop.said:
        yield _said(stop, "pending")
