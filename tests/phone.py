"""A person with a phone: dials, presses, texts, sees.

    Phone(house, "+212600000004").dials().choose("Mes dossiers").sees("Soins")

Every screen must be one: `CON ` or `END ` first, never more than a screen holds, no blanks at the
end of a line. `screens` keeps them all. What a test says in the source language, French, is looked
for in the phone's own.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from callbacks import callback
from isolated import turned

from lite.fit import cost, fits_screen, fold
from lite.text import Text, say, unpack

# Digits that only ever move about: a line that begins with one is no choice.
_FOOT = re.compile(r"(?:0|00|7) \S.*")
_NEXT = re.compile(r"(?:^|\s)7 \S")
_CHOICE = re.compile(r"(\d{1,2}) (.+)")
_MOST_PAGES = 40
_LANGUAGE_KEYS = {"fr": 1, "ar": 2}


def check(answer: str) -> None:
    """What every answer to the gateway keeps to."""
    assert re.match(r"(CON|END) \S", answer), f"not an answer: {answer!r}"
    assert fits_screen(answer[4:]), f"{len(answer[4:])} characters do not fit:\n{answer}"
    assert all(line == line.strip() and line for line in answer[4:].split("\n")), repr(answer)
    assert turned(answer[4:]) == []


class Phone:
    """One handset with its own number; a session at a time."""

    def __init__(self, house: Any, number: str, language: str = "fr") -> None:
        self.house = house
        self.number = number
        self.language = language
        self.screens: list[str] = []
        self.session = ""
        self.replies: list[str] = []
        self._answer = ""
        self._read = 0

    # USSD

    @property
    def screen(self) -> str:
        """What stands on the screen, without its prefix."""
        return self._answer[4:]

    @property
    def ended(self) -> bool:
        return self._answer.startswith("END ")

    @property
    def open(self) -> bool:
        return self._answer.startswith("CON ")

    @property
    def text(self) -> str:
        """The whole history of the session, as the gateway posts it."""
        return "*".join(self.replies)

    def dials(self, code: str = "") -> Phone:
        """A new session: our code, or deeper (`*384*3939*1#`)."""
        root = self.house.settings.service_code.rstrip("#")
        deep = code.removeprefix(root).strip("#*")
        assert not code or code.startswith(root), f"{code} is not our service"
        self.session = f"ATUid_{uuid4().hex}"
        self.replies = deep.split("*") if deep else []
        return self._turn()

    def presses(self, *keys: str) -> Phone:
        """One reply after the other."""
        for key in keys:
            assert self.open, f"nothing to answer: {self._answer!r}"
            self.replies.append(key)
            self._turn()
        return self

    types = presses

    def repeats(self) -> Phone:
        """The gateway posts the same turn again: the same answer."""
        before = self._answer
        self._turn()
        assert self._answer == before
        return self

    def drops(self) -> Phone:
        """The network is lost: whatever was on the screen is gone."""
        self._answer = self.session = ""
        self.replies = []
        return self

    def speaks(self, language: str) -> Phone:
        """Choose a language, once for all, as the menu offers it."""
        root = self.house.settings.service_code.rstrip("#")
        self.dials(f"{root}*9*{_LANGUAGE_KEYS[language]}#").drops()
        self.language = language
        return self

    def says(self, words: str) -> str:
        """A sentence as this phone shows it; what is no sentence of ours stays as it is."""
        return fold(say(Text(words), self.language)) if words else words

    def _turn(self) -> Phone:
        fields = {
            "sessionId": self.session,
            "phoneNumber": self.number,
            "networkCode": "60401",
            "serviceCode": self.house.settings.service_code,
            "text": self.text,
        }
        answer = callback(self.house, "ussd", fields)
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain")
        check(answer.body)
        self._answer = answer.body
        self.screens.append(self.screen)
        return self

    # What is on the screen

    @property
    def lines(self) -> list[str]:
        """The screen without its navigation line."""
        lines = self.screen.split("\n")
        return lines[:-1] if _FOOT.fullmatch(lines[-1]) else lines

    @property
    def foot(self) -> str:
        """The navigation line, or nothing."""
        last = self.screen.rpartition("\n")[2]
        return last if _FOOT.fullmatch(last) else ""

    @property
    def more(self) -> bool:
        """Whether the screen says that another page follows."""
        return bool(_NEXT.search(self.foot))

    @property
    def options(self) -> dict[str, str]:
        """Digit -> label of what can be chosen on this screen."""
        return {found[1]: found[2] for line in self.lines if (found := _CHOICE.fullmatch(line))}

    def presses_label(self, label: str) -> Phone:
        """Press the digit that stands before a label on this screen."""
        key = self._key(label)
        assert key, f"no « {label} » on:\n{self.screen}"
        return self.presses(key)

    def choose(self, *labels: str) -> Phone:
        """Find each label, on the next pages if needed, and press its digit."""
        for label in labels:
            for _ in range(_MOST_PAGES):
                if self._key(label) or not self.more:
                    break
                self.presses("7")
            self.presses_label(label)
        return self

    def _key(self, label: str) -> str | None:
        wanted = self.says(label)
        exact = [key for key, shown in self.options.items() if shown == wanted]
        near = [key for key, shown in self.options.items() if wanted in shown]
        return next(iter(exact or near), None)

    def reads(self) -> str:
        """Everything that is said here, page after page, as one line without navigation."""
        said = [*self.lines]
        while self.more:
            self.presses("7")
            said += self.lines
        return " ".join(said)

    def sees(self, *words: str) -> Phone:
        for word in words:
            assert self.says(word) in self.screen, f"no « {word} » on:\n{self.screen}"
        return self

    def sees_not(self, *words: str) -> Phone:
        for word in words:
            assert self.says(word) not in self.screen, f"« {word} » on:\n{self.screen}"
        return self

    def finds(self, pattern: str) -> str:
        """The one thing on the screen that looks like this."""
        found = re.findall(pattern, self.screen)
        assert len(found) == 1, f"{found} for {pattern} on:\n{self.screen}"
        return str(found[0])

    # SMS

    def texts(self, words: str, to: str = "", id: str = "") -> Phone:
        """Send an SMS."""
        self._read = len(self.inbox)
        fields = {
            "id": id or str(uuid4()),
            "from": self.number,
            "to": to or self.house.settings.short_code,
            "text": words,
            "date": "2026-11-24 09:00:00",
            "networkCode": "60401",
        }
        answer = callback(self.house, "sms", fields)
        assert (answer.status, answer.body) == (200, "")
        return self

    @property
    def inbox(self) -> list[str]:
        """Every SMS written to this phone, as it leaves."""
        office = self.house.office
        rows = office.store.letters.written_to(office.index(self.number), "")
        return [
            fold(
                "\n".join(
                    say(unpack(line), row.language)
                    for line in office.open(f"letters.sealed:{row.id}", row.sealed)["lines"]
                )
            )
            for row in rows
        ]

    @property
    def news(self) -> str:
        """What came since the last message was sent, or since `waits`."""
        return "\n".join(self.inbox[self._read :])

    def waits(self) -> Phone:
        """From now on, only what comes next is news."""
        self._read = len(self.inbox)
        return self

    def gets(self, *words: str) -> Phone:
        """An SMS came that says this, and costs no more than four segments."""
        assert self.inbox[self._read :], "no SMS came"
        for word in words:
            assert self.says(word) in self.news, f"no « {word} » in:\n{self.news}"
        assert all(cost(text).segments <= 4 for text in self.inbox[self._read :]), self.news
        assert turned(self.news) == []
        return self

    def gets_nothing(self) -> Phone:
        assert self.inbox[self._read :] == []
        return self
