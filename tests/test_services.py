"""One script for each service, played on a phone, by SMS and on a page: the same answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest
from cards import card_of
from cast import FR_THIRTY
from houses import START, copied
from phone import Phone
from visitor import Visitor

from lite.app import House
from lite.clock import instant, set_clock
from lite.identity import audit, cards
from lite.numbers import has_check, with_check
from lite.services import SERVICES, genuine, names
from lite.services.form import Service
from lite.store.requests import DocumentRow
from lite.text import LANGUAGES, Ltr, T, Text, raw, say
from lite.words import folded

PAPER, UNKNOWN = with_check("2123456789"), with_check("2987654321")
SLIP = PAPER[:-1] + str((int(PAPER[-1]) + 1) % 10)
NEW = "0611223344"
REFUSED = "1032598369"  # no sum: nothing about it waits for a card
PAID = "1030787185"
OTHER = {"fr": "ar", "ar": "fr"}
BY_KEY = {service.key: service for service in SERVICES}


@dataclass(frozen=True)
class Pick:
    """Choose an option by its name (a sentence of ours, or a number)."""

    label: str


@dataclass(frozen=True)
class Type:
    """Answer a question freely; `{name}` is what `before` made known under that name."""

    text: str


@dataclass(frozen=True)
class Prove:
    """Type the code that the card is asked for."""


@dataclass(frozen=True)
class Script:
    """What a person does, whatever the door, and what they are told in the end.

    `before` happens first, on the phone, and may make something known; `sees` are sentences that
    every door says; `leaves` looks at what is different afterwards. `words` are other keywords than
    the service's first ones.
    """

    service: str
    called: str
    steps: tuple[Pick | Type | Prove, ...] = ()
    sees: tuple[Text, ...] = ()
    before: Callable[[House, Phone], dict[str, str] | None] = lambda house, phone: None
    leaves: Callable[[House, Phone, str], object] = lambda house, phone, told: None
    words: dict[str, str] | None = None
    into: Callable[[str], str] = lambda language: language


# What happens before and after


def has_paper(house: House, phone: Phone) -> None:
    facts = {"name": "Khadija Benyasmine", "name_ar": "خديجة بنياسمين", "total": 2750000,
             "currency": "MAD", "facts": {}}  # fmt: skip
    sealed = house.office.seal(f"documents.sealed:{PAPER}", facts)
    house.store.requests.file(
        DocumentRow(PAPER, "salaries", "2026-11-01", "2027-02-01", None, sealed)
    )


def has_ordered(house: House, phone: Phone) -> None:
    phone.dials().choose("Attestation", "Immatriculation", "Oui").drops().waits()


def has_asked(house: House, phone: Phone) -> dict[str, str]:
    has_ordered(house, phone)
    ((reference,),) = house.store.sql.all("select reference from requests")
    return {"reference": reference}


def has_ready(house: House, phone: Phone) -> None:
    """An attestation of salaries was asked for, and the fund has made it."""
    phone.dials().choose("Attestation", "Salaires déclarés", "Trois derniers mois", "Oui").drops()
    house.outbox.run_once()
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(minutes=5))
    for fund in house.funds.values():
        house.intake.settle(fund)
    phone.waits()


def is_posted(house: House, phone: Phone, told: str) -> None:
    """The wish is on its way to the fund, once, and names its paper."""
    paper, wish = house.store.sql.all("select reference, kind from requests order by reference")
    assert wish[1] == "post"
    sealed = house.store.requests.get(wish[0])
    assert sealed
    details = house.office.open(f"requests.sealed:{wish[0]}", sealed.sealed)["details"]
    assert details == {"paper": paper[0]}
    again = phone.dials("*384*3939*5*27#").choose("Par la poste").reads()
    assert wish[0] in again, "it is not asked for twice"
    assert house.store.sql.all("select count(*) from requests") == [(2,)]


def has_stopped(house: House, phone: Phone) -> None:
    phone.dials("*384*3939*5*9#").drops()


def has_an_sms(house: House, phone: Phone) -> dict[str, str]:
    phone.texts("ETAT").gets("Lite fonctionne.")
    ((reference,),) = house.store.sql.all("select reference from contacts")
    return {"reference": reference}


def asked_code(house: House, phone: Phone) -> str:
    (person,) = house.store.people.of_phone(house.office.index(phone.number))
    challenge = cards.challenge(house.store, person)
    assert challenge
    return card_of(house, phone.number)[challenge.number]


def has_asked_for_a_number(house: House, phone: Phone) -> None:
    phone.dials("*384*3939*5*16#").types(NEW, NEW).presses("1").types(asked_code(house, phone))
    phone.sees("C'est noté.").drops()


def has_a_helper(house: House, phone: Phone) -> None:
    phone.dials("*384*3939*5*17#").types(NEW, NEW).presses("4", "2").types(asked_code(house, phone))
    phone.sees("C'est noté.").drops()
    carried_out(house)


def carried_out(house: House) -> None:
    """The notices arrive, three days go by, and the worker looks."""
    house.store.sql.run("update letters set state = 'delivered'")
    (change,) = house.store.sql.all("select due_at from changes where state = 'waiting'")
    house.changes.run_due(instant(change[0]) + timedelta(hours=1))


def helper_is_gone(house: House, phone: Phone, told: str) -> None:
    ((ended,),) = house.store.sql.all("select ended_at from mandates")
    assert ended


def change_is(*states: str) -> Callable[[House, Phone, str], None]:
    def look(house: House, phone: Phone, told: str) -> None:
        assert house.store.sql.all("select state from changes") == [(one,) for one in states]

    return look


def state_is(state: str) -> Callable[[House, Phone, str], None]:
    """The one request is in this state, and its reference was told."""

    def look(house: House, phone: Phone, told: str) -> None:
        assert house.store.sql.all("select state from requests") == [(state,)]
        ((reference,),) = house.store.sql.all("select reference from requests")
        assert reference in told
        assert has_check(reference)

    return look


def months_are(house: House, phone: Phone, told: str) -> None:
    ((reference, sealed),) = house.store.sql.all("select reference, sealed from requests")
    assert reference in told
    details = house.office.open(f"requests.sealed:{reference}", sealed)["details"]
    assert details == {"from": "2026-01", "to": "2026-06"}


def quiet_is(quiet: bool) -> Callable[[House, Phone, str], None]:
    def look(house: House, phone: Phone, told: str) -> None:
        caller = house.store.talks.caller(house.office.index(phone.number))
        assert caller.quiet is quiet

    return look


def has_wished(house: House, phone: Phone) -> None:
    phone.dials("*384*3939*5*26*2#").drops().waits()


def wishes_are(wanted: str) -> Callable[[House, Phone, str], None]:
    def look(house: House, phone: Phone, told: str) -> None:
        index = house.office.index(phone.number)
        (person,) = house.store.people.of_phone(index)
        assert house.store.news.wanted(index, person) == wanted

    return look


def code_opens(house: House, phone: Phone, told: str) -> None:
    code = re.findall(r"(?<!\d)\d{6}(?!\d)", told)[0]
    visitor = Visitor(house).opens("/fr/sign-in").fills(phone=phone.number, code=code)
    visitor.presses("Entrer").sees("Quitter mon dossier")
    again = Visitor(house).opens("/fr/sign-in").fills(phone=phone.number, code=code)
    again.presses("Entrer").sees("Ce code a déjà servi ou est trop vieux.")


def page_opens(house: House, phone: Phone, told: str) -> None:
    """The page shows digits; sent and confirmed, they open it."""
    visitor = Visitor(house, phone.language).opens(f"/{phone.language}/sign-in/sms")
    visitor.presses("Montrer les chiffres")
    shown = re.search(r"WEB \d{6}", visitor.page.text)
    assert shown
    phone.texts(shown[0]).gets("Répondez OUI pour confirmer.")
    phone.texts(say(T("Oui"), phone.language))
    phone.gets("C'est fait : revenez à la page et appuyez sur « J'ai envoyé ».")
    visitor.presses("J'ai envoyé").sees("Quitter mon dossier")


def language_is_other(house: House, phone: Phone, told: str) -> None:
    caller = house.store.talks.caller(house.office.index(phone.number))
    assert caller.language == OTHER[phone.language]


def fraud_is_kept(house: House, phone: Phone, told: str) -> None:
    (row,) = house.store.sql.all("select once, sealed from reports_of_fraud")
    assert house.office.open(f"reports_of_fraud.sealed:{row[0]}", row[1]) == "0612345678"


def has_a_card(house: House, phone: Phone) -> dict[str, str]:
    (person,) = house.store.people.of_phone(house.office.index(phone.number))
    ((card,),) = house.store.sql.all("select card from cards where person = ?", person)
    return {"card": card}


def was_read(house: House, phone: Phone) -> None:
    (person,) = house.store.people.of_phone(house.office.index(phone.number))
    at = house.clock.now() - timedelta(days=1)
    audit.append(house.store, house.vault, audit.SYSTEM, "exported", person, "", at)


def card_is_stopped(house: House, phone: Phone, told: str) -> None:
    phone.dials().choose("Mes dossiers", PAID).sees_not("Montant")


SOUGHT = T("Un SMS vous dira quand elle est prête.")
CALLED = T("Demande reçue. Un agent vous appellera. Il ne demande jamais votre RIB.")
KIND = T("Attestation vraie : {kind}", kind=names.ATTESTATIONS["salaries"])
WHY, REMEDY = names.REASONS["IPE-260"]

SCRIPTS = (
    Script("dossiers", "a refused one", (Pick(REFUSED),),
           (raw(Ltr(REFUSED)), names.STATUSES["rejected"], WHY, REMEDY)),
    Script("dossiers", "a paid one", (Pick(PAID),), (raw(Ltr(PAID)), names.STATUSES["paid"])),
    Script("attestation", "some months of salaries",
           (Pick("Salaires déclarés"), Pick("Autre période"), Type("012026"), Type("062026"),
            Pick("Oui")),
           (T("Demande reçue : {kind}", kind=names.ATTESTATIONS["salaries"]), SOUGHT),
           leaves=months_are),
    Script("attestation", "of registration", (Pick("Immatriculation"), Pick("Oui")),
           (T("Demande reçue : {kind}", kind=names.ATTESTATIONS["registration"]), SOUGHT),
           leaves=state_is("queued")),
    Script("attestation", "thought better of", (Pick("Pension"), Pick("Non")),
           (T("Rien n'a été envoyé."),)),
    Script("rights", "of the whole family", (), (names.RIGHTS["open"],)),
    Script("code", "that opens the pages", (),
           (T("Valable 10 minutes, une fois. Ne le donnez à personne."),), leaves=code_opens),
    Script("requests", "taken back", (Pick("Oui"),), (T("Demande annulée."),),
           before=has_ordered, leaves=state_is("cancelled")),
    Script("requests", "left to go on", (Pick("Non"),),
           (T("Bien. Votre demande suit son cours."),),
           before=has_ordered, leaves=state_is("queued")),
    Script("requests", "none", (), (T("Vous n'avez aucune demande en cours."),)),
    Script("callback", "in the morning",
           (Pick("Mon dossier"), Pick("Matin (9h-12h)"), Pick("Oui")), (CALLED,),
           leaves=state_is("queued")),
    Script("agencies", "of a town with one", (Type("Bouznika"),),
           (raw(Ltr("05 00 00 01 10")), T("(exemple de démonstration)"))),
    Script("agencies", "of a town typed on the keypad", (Type("268964"),),
           (raw(Ltr("05 00 00 01 10")),)),
    Script("agencies", "of no town", (Type("qqq"),),
           (T("Ville introuvable. Tapez ses premières lettres."),)),
    Script("verify", "genuine", (Type(PAPER),), (KIND,), before=has_paper),
    Script("verify", "with the right total", (Type(PAPER), Type("27 500")),
           (T("Le total est le même que sur notre copie."),), before=has_paper),
    Script("verify", "with a raised total", (Type(PAPER), Type("29500")),
           (T("Attention : le total est DIFFÉRENT de notre copie. Ne vous y fiez pas."),),
           before=has_paper),
    Script("verify", "unknown", (Type(UNKNOWN),),
           (T("Référence {reference} inconnue.", reference=Ltr(UNKNOWN)),)),
    Script("verify", "a slip of the finger", (Type(SLIP),),
           (T("Un chiffre est faux dans {typed}. Vérifiez.", typed=Ltr(SLIP)),)),
    Script("status", "running", (), (T("Lite fonctionne."), T("Aucun arrêt prévu."))),
    Script("help", "asked", (),
           (T("Prix : celui de votre opérateur."), T("Nous ne demandons jamais votre RIB."))),
    Script("privacy", "asked", (), (T("Demandez-le à votre agence ou par rappel."),)),
    Script("stop", "wanted", (), (T("C'est fait : plus de SMS d'information sur ce téléphone."),),
           leaves=quiet_is(True)),
    Script("start", "wanted again", (),
           (T("C'est fait : nous vous préviendrons de nouveau par SMS."),),
           before=has_stopped, leaves=quiet_is(False)),
    Script("enrol", "asked", (),
           (T("Allez à une agence CNSS ou CNOPS avec votre carte d'identité."),
            T("Personne ne peut vous inscrire par téléphone."))),
    Script("activate", "nothing to activate", (),
           (T("Pour vous inscrire, allez à l'agence avec votre carte d'identité."),)),
    Script("genuine", "an SMS of ours", (Type("{reference}"),),
           (T("C'est bien nous : SMS du {day}, {about}.", day=START, about=genuine.SMS["answer"]),),
           before=has_an_sms),
    Script("genuine", "one that is not", (Type("000000"),),
           (T("Ce n'est pas nous. Raccrochez, ne répondez pas."),)),
    Script("fraud", "a false SMS",
           (Pick("Un SMS"), Pick("Je le tape"), Type("0612345678")), (T("Merci, c'est noté."),),
           leaves=fraud_is_kept),
    Script("lost", "a stolen card", (Pick("Oui"),),
           (T("C'est fait : votre carte de codes est arrêtée."),), leaves=card_is_stopped),
    Script("readers", "an administrator", (Prove(),),
           (T("{day} {hour} {who} : {what}", day=START - timedelta(days=1), hour=Ltr("10:00"),
              who=T("Administrateur"), what=audit.ACTS["exported"]),),
           before=was_read),
    Script("readers", "nobody", (Prove(),),
           (T("Personne d'autre que vous n'a vu votre dossier."),)),
    Script("lost_phone", "by its owner's card", (Type("{card}"), Prove()),
           (T("C'est fait : vos autres téléphones n'ouvrent plus votre dossier."),),
           before=has_a_card),
    Script("web", "begun, then finished from a page", (), leaves=page_opens),
    Script("phone", "a new number, typed twice",
           (Type(NEW), Type(NEW), Pick("Il s'arrête"), Prove()),
           (T("Pour annuler avant : ANNULER au {number}.", number=Ltr("3939")),),
           leaves=change_is("waiting")),
    Script("phone", "one that waits already", (),
           (T("Pour l'annuler, envoyez ou choisissez ANNULER."),),
           before=has_asked_for_a_number, leaves=change_is("waiting")),
    Script("cancel_change", "of a number", (Pick("Oui"),), (T("C'est annulé, rien n'a changé."),),
           before=has_asked_for_a_number, leaves=change_is("cancelled")),
    Script("cancel_change", "thought better of", (Pick("Non"),), (T("Rien n'a été envoyé."),),
           before=has_asked_for_a_number, leaves=change_is("waiting")),
    Script("cancel_change", "of nothing", (), (T("Aucun changement n'est en attente."),)),
    Script("helper", "for three months, all three",
           (Type(NEW), Type(NEW), Pick("Les trois"), Pick("Trois mois"), Prove()),
           (T("Pour annuler avant : ANNULER au {number}.", number=Ltr("3939")),),
           leaves=change_is("waiting")),
    Script("helper_end", "the one there is", (Pick("Oui"),),
           (T("C'est fait : cet aidant ne peut plus rien voir ni demander."),),
           before=has_a_helper, leaves=helper_is_gone),
    Script("helper_end", "of nobody", (), (T("Vous n'avez pas d'aidant."),)),
    Script("paper", "none is ready", (Prove(),),
           (T("Aucune attestation prête. Demandez-la : tapez 2 au menu."),)),
    Script("paper", "the one that is ready", (Prove(),),
           (T("Attestation : {kind}", kind=names.ATTESTATIONS["salaries"]),), before=has_ready),
    Script("statement", "of a year", (Pick("Un an"), Prove()),
           (T("Le tableau à imprimer est sur la page web."),)),
    Script("delivery", "none is ready", (),
           (T("Aucune attestation prête. Demandez-la : tapez 2 au menu."),)),
    Script("delivery", "with a code", (Pick("À l'agence, avec un code"),),
           (T("Il sert une fois."),), before=has_ready),
    Script("delivery", "by post", (Pick("Par la poste"), Pick("Oui")),
           (T("Demande reçue : la caisse enverra l'attestation par la poste."),),
           before=has_ready, leaves=is_posted),
    Script("complaint", "about a delay",
           (Pick("Un retard"), Type("Deux mois sans nouvelle"), Pick("Oui")),
           (T("Réclamation reçue. La caisse vous répondra."),
            T("Gardez la référence : elle prouve la date.")),
           leaves=state_is("queued")),
    Script("life", "by post", (Pick("Par la poste"), Pick("Oui")),
           (T("Annonce reçue. À vous maintenant : envoyez ou déposez le certificat."),),
           leaves=state_is("queued")),
    Script("address", "a new one",
           (Type("12 rue des Orangers"), Type("Bouznika 13100"), Prove()),
           (T("Demande reçue. L'adresse change quand la caisse l'accepte."),),
           leaves=state_is("queued")),
    Script("news", "of everything", (Pick("Tout"),),
           (T("C'est noté. SMS sur ce téléphone : {what}", what=T("Tout")),
            T("Pour arrêter : STOP au {number}.", number=Ltr("3939"))),
           leaves=wishes_are("dossiers rights")),
    Script("news", "not any more", (Pick("Rien"),),
           (T("C'est fait : ce téléphone n'est plus prévenu."),), before=has_wished,
           leaves=wishes_are("")),
    Script("verify", "a request that is not a paper yet", (Type("{reference}"),),
           (T("Pas encore transmis à la caisse."),), before=has_asked),
    Script("language", "changed", (Pick("the other"),),
           (T("C'est noté : nous parlerons français."),),
           leaves=language_is_other, words={"fr": "LANGUE", "ar": "لغة"}, into=OTHER.__getitem__),
)  # fmt: skip
NAMES = {"fr": "Français", "ar": "العربية"}


# The doors


class Door(Protocol):
    """A way to talk to Lite. `begins` a service, answers, and says what it was told."""

    def begins(self, script: Script, service: Service) -> None: ...
    def picks(self, label: str) -> None: ...
    def types(self, text: str) -> None: ...
    def told(self) -> str: ...


class OnUssd:
    def __init__(self, house: House, phone: Phone) -> None:
        self.phone = phone

    def begins(self, script: Script, service: Service) -> None:
        self.phone.waits().dials(f"*384*3939*{service.ussd}#")

    def picks(self, label: str) -> None:
        self.phone.choose(label)

    def types(self, text: str) -> None:
        self.phone.types(text)

    def told(self) -> str:
        return self.phone.reads()


class BySms:
    def __init__(self, house: House, phone: Phone) -> None:
        self.phone = phone

    def begins(self, script: Script, service: Service) -> None:
        language = self.phone.language
        self.phone.texts((script.words or {}).get(language) or service.words[language][0])

    def picks(self, label: str) -> None:
        self.phone.texts(say(Text(label), self.phone.language))

    def types(self, text: str) -> None:
        self.phone.texts(text)

    def told(self) -> str:
        self.phone.gets()
        return self.phone.news


class OnThePages:
    def __init__(self, house: House, phone: Phone) -> None:
        self.phone = phone
        self.visitor = Visitor(house, phone.language).signs_in(phone)

    def begins(self, script: Script, service: Service) -> None:
        self.phone.waits()
        self.visitor.opens(f"/{self.phone.language}/services/{service.key}")

    def picks(self, label: str) -> None:
        self.visitor.choose(label)

    def types(self, text: str) -> None:
        self.visitor.types(text)

    def told(self) -> str:
        if self.visitor.offers("Confirmer"):
            self.visitor.presses("Confirmer")
        return f"{self.visitor.page.text}\n{self.phone.news}"


DOORS = {"ussd": OnUssd, "sms": BySms, "web": OnThePages}


def played(script: Script, house: House, language: str, door: str) -> str:
    """Play a script on one door of a house of its own; what was told in the end."""
    phone = Phone(house, FR_THIRTY)
    known = script.before(house, phone) or {}
    phone.speaks(language)
    opened: Door = DOORS[door](house, phone)
    opened.begins(script, BY_KEY[script.service])
    for step in script.steps:
        if isinstance(step, Type):
            opened.types(step.text.format_map(known))
        elif isinstance(step, Prove):
            opened.types(asked_code(house, phone))
        else:
            opened.picks(NAMES[OTHER[language]] if step.label == "the other" else step.label)
    told = opened.told()
    for sentence in script.sees:
        wanted = say(sentence, script.into(language))
        assert folded(wanted) in folded(told), f"{door}: no « {wanted} » in:\n{told}"
    script.leaves(house, phone, told)
    return told


def facts(told: str) -> set[str]:
    """What must not differ: days, months, numbers of dossiers, of papers that exist, of phones."""
    patterns = (r"\b\d{2}/\d{2}/\d{4}\b", r"(?<![\d/])\d{2}/\d{4}\b", r"(?<!\d)1\d{9}(?!\d)",
                rf"{PAPER}|{UNKNOWN}|{SLIP}", r"(?<!\d)0\d{9}(?!\d)")  # fmt: skip
    return {found for pattern in patterns for found in re.findall(pattern, told)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("script", SCRIPTS, ids=[f"{one.service}: {one.called}" for one in SCRIPTS])
def test_every_door_gives_the_same_answer(
    filled: Path, tmp_path: Path, script: Script, language: str
) -> None:
    found = {}
    for door in DOORS:
        (tmp_path / door).mkdir()
        house = copied(filled, tmp_path / door)
        found[door] = facts(played(script, house, language, door))
    assert found["ussd"] == found["sms"] == found["web"]


def test_every_service_has_a_script() -> None:
    assert {script.service for script in SCRIPTS} == {service.key for service in SERVICES}
