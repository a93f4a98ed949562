"""The one place that wires everything: settings in, a running house out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from lite import config, vault
from lite.boxes.ending import Ending
from lite.chores import Chore
from lite.clock import Clock
from lite.desk import changes, post, reports
from lite.desk.door import Door
from lite.desk.office import Office
from lite.front import Wsgi, front, pages
from lite.identity import cards, heads
from lite.intake import Intake
from lite.news import Telling
from lite.notices.letters import Letters
from lite.notices.watch import EVERY, Watch
from lite.papers.keys import PaperKeys, load_keys
from lite.papers.signature import BadKey
from lite.services import SERVICES, agencies
from lite.services.names import scheme
from lite.signs import count_errors, set_up_logs
from lite.signs.tally import EVERY as BEAT
from lite.signs.tally import Tally
from lite.store import Store
from lite.store.people import fund_of
from lite.vault import Vault


@dataclass(frozen=True)
class House:
    """Everything a process may need, each part made when it is first used."""

    settings: config.Settings

    @cached_property
    def clock(self) -> Clock:
        return Clock(Path(self.settings.clock)) if self.settings.clock else Clock()

    @cached_property
    def vault(self) -> Vault:
        return vault.load(Path(self.settings.key_file), self.settings.people)

    @cached_property
    def store(self) -> Store:
        return Store(self.settings.store, self.settings.replica)

    @cached_property
    def office(self) -> Office:
        settings = self.settings
        return Office(
            self.store, self.vault, self.clock,
            settings.service_code, settings.short_code, settings.public_url,
            settings.guess_budget,
        )  # fmt: skip

    @cached_property
    def ussd(self) -> Any:
        """The USSD door."""
        from lite.ussd.webhook import Ussd

        return Ussd(Door(self.office, "ussd"), SERVICES)

    @cached_property
    def sms(self) -> Any:
        """The SMS door."""
        from lite.sms.webhook import SmsDoor

        return SmsDoor(Door(self.office, "sms"), SERVICES)

    @cached_property
    def web(self) -> Any:
        """The pages, and the counter's: a Flask application."""
        return pages(self)

    def new_card(self, person: str) -> tuple[str, bytes]:
        """Issue a new card to a person: its number, and the paper to print. A demo's cards always
        have the same codes."""
        from lite.papers.card import card_pdf  # fonts and a typesetter: for those who print

        demo = self.store.places.fact("demo") is not None
        codes = cards.demo_codes(self.vault, person) if demo else None
        issued = cards.issue(self.store, self.vault, person, self.clock.now(), codes)
        return issued.id, card_pdf(issued.id, issued.codes, self.settings.service_code)

    @cached_property
    def paper_keys(self) -> PaperKeys:
        """The keys that sign papers, and those that papers are checked with."""
        try:
            return load_keys(self.settings.papers)
        except BadKey as error:
            raise config.SettingError(f"LITE_PAPER_KEYS: {error}") from error

    @cached_property
    def wsgi(self) -> Wsgi:
        """The gate in front of the pages: what a server serves."""
        return front(self)

    @cached_property
    def metrics(self) -> Any:
        """What `/metrics` tells."""
        from lite.signs.metrics import Metrics  # for those who serve

        return Metrics(self, (service.key for service in SERVICES))

    @cached_property
    def tally(self) -> Tally:
        """What the worker of this process counts."""
        return Tally(self.store.beats, self.clock)

    @cached_property
    def funds(self) -> dict[str, Any]:
        """The sources of `Settings.funds`. `pretend:` keeps its own file beside the store."""
        from lite.upstream import fund
        beside = f"pretend://{self.settings.folder / 'fund.db'}"
        named = self.settings.funds
        try:
            return {
                name: fund(name, beside if url == "pretend:" else url, self.clock.now)
                for name, url in named.items()
            }
        except ValueError as error:
            raise config.SettingError(f"LITE_UPSTREAM: {error}") from error

    @cached_property
    def intake(self) -> Intake:
        """What learns from the funds."""
        return Intake(self.store, self.vault, self.clock, self.tell)

    @cached_property
    def changes(self) -> Any:
        """What carries out the changes whose day has come."""
        return changes.rules(self.office, self._sims())

    @cached_property
    def chores(self) -> list[Chore]:
        """What the worker does beside carrying letters; each `every` in seconds."""
        return [
            Chore("beat", BEAT, self.tally.beat),
            Chore("watch", EVERY, self.watch.look, apart=True),
            Chore("notices", 20, self.notices.post_due),
            Chore("news", 60, Telling(self.office).tell_due, apart=True),
            Chore("changes", 60, lambda: self.changes.run_due(self.clock.now())),
            Chore("audit head", 3600, self.export_head),
            Chore("sticks", 60, self.ending.run, apart=True),
        ]

    @cached_property
    def ending(self) -> Ending:
        """What ends on a box when its day has come."""
        code = agencies.dialled(self.settings.service_code)
        return Ending(self.store, self.vault, self.clock, code, self.settings.short_code)

    def export_head(self) -> None:
        """Write today's head of the audit log where the settings want it, if they do."""
        if self.settings.audit_heads:
            heads.export(self.store, Path(self.settings.audit_heads), self.clock.now())

    @cached_property
    def watch(self) -> Watch:
        """What looks whether the funds answer, and tells everybody when one does not."""
        code = agencies.dialled(self.settings.service_code)
        sources: dict[str, list[Any]] = {}
        for name, source in self.funds.items():
            sources.setdefault(fund_of(name), []).append(source)
        answers = {name: partial(_answer, found) for name, found in sources.items()}
        return Watch(self.store, self.clock, answers, code, self.settings.short_code)

    @cached_property
    def notices(self) -> Letters:
        """What tells those who wait of stops, by SMS."""

        def tell(phone: str, lines: Any, language: str, life: timedelta) -> object:
            return post.sms(self.office, phone, lines, language, "notice", life)

        return Letters(
            self.store, self.vault, self.clock, tell, scheme, self.settings.short_code
        )

    def _sims(self) -> Any:
        """Who asks the operators about SIM cards, if anybody does."""
        settings = self.settings
        if not settings.asks_sims:
            return None
        from lite.sms.insights import Insights

        return Insights(settings.at_username, settings.at_api_key, settings.at_url)

    @cached_property
    def gateway(self) -> Any:
        """What posts SMS. A call is over before its letter might be taken for abandoned."""
        from lite.sms.africastalking import Gateway

        settings = self.settings
        patience = (min(3.05, settings.lease / 6), min(9.05, settings.lease / 3))
        return Gateway(settings.at_username, settings.at_api_key, settings.at_url, patience)

    @cached_property
    def outbox(self) -> Any:
        """What carries letters: SMS through the gateway, requests to the funds."""
        from lite import errands
        from lite.outbox import Outbox
        from lite.sms import africastalking, wishes

        settings = self.settings
        requests = errands.carrier(self.store, self.vault, self.clock, self.funds, self.tell)
        lanes = [f"fund:{name}" for name in self.funds]
        # How many requests each fund's adapter bears at once: one, unless it says more.
        bearing = {f"fund:{name}": getattr(fund, "senders", 1) for name, fund in self.funds.items()}
        carriers = {
            "sms": africastalking.carrier(self.gateway, self.office, settings.at_sender),
            "wish": wishes.carrier(self.office),
            **dict.fromkeys(lanes, requests),
        }
        return Outbox(
            self.store, self.clock, carriers,
            lease=settings.lease, ambiguous_wait=settings.ambiguous_wait,
            taken=lambda message_id: reports.catch_up(self.office, message_id),
            rates={"sms": settings.sms_rate, **dict.fromkeys(lanes, settings.fund_rate)},
            senders={"sms": settings.sms_senders, **bearing},
            count=self.tally.letter,
        )  # fmt: skip

    def tell(self, phone: str, lines: Any, language: str) -> object:
        """Text a phone what became of something asked from it."""
        return post.sms(self.office, phone, lines, language, "receipt")


def _answer(sources: Sequence[Any]) -> bool:
    """Whether every source of one fund answers."""
    return all(source.health().reachable for source in sources)


def application() -> Wsgi:
    """The WSGI application of this process's environment: what the server imports."""
    set_up_logs()
    house = House(config.read())
    count_errors(house.metrics.error)
    house.store.sql.make_room()
    return house.wsgi
