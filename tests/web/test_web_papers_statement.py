"""A statement of reimbursements for a complementary insurer: three hundred dossiers, or none."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date

import brotli
import pytest
from bookfund import BookFund, insured
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from reading import Page
from test_web_card import asked, token

from lite.app import House
from lite.identity import cards
from lite.papers.statement import Entry, Statement, statement_csv
from lite.text import raw
from lite.upstream import port

NUMBER, PHONE = 712_345_678, "+212611223344"
KEY = port.PersonKey("cnss", f"{NUMBER}")
PAGES = 300 // 40 + 1


def dossiers(count: int) -> list[port.Dossier]:
    """So many of this autumn, each with sums of its own, to the centime; some unpaid."""
    return [
        port.Dossier(
            f"{3_000_000_000 + 97 * n}", KEY, "reimbursement",
            f"2026-{9 + n % 3:02}-{1 + n % 22:02}",
            port.DossierStatus("rejected" if n % 7 == 0 else "paid"), "2026-11-20",
            reasons=(port.Reason("ORIG"),) if n % 7 == 0 else (),
            claimed=123_456 + 101 * n, approved=None if n % 7 == 0 else 86_419 + 71 * n,
            paid=None if n % 7 == 0 else 86_419 + 71 * n,
        )
        for n in range(count)
    ]  # fmt: skip


@pytest.fixture
def shown(house: House, sign_in: Callable[..., FlaskClient]) -> Callable[..., FlaskClient]:
    """A browser of somebody with these dossiers, who gave a code of their card."""

    def opened(*told: port.Record) -> FlaskClient:
        fund = BookFund(house.clock.now, told=[insured(NUMBER, PHONE), *told])
        house.intake.pull(fund)
        person = house.store.people.of_key(house.vault.hash("key", str(KEY)))
        assert person
        codes = {number: f"{100_000 + number}" for number in range(1, 41)}
        cards.issue(house.store, house.vault, person, house.clock.now(), codes)
        client = sign_in(PHONE)
        page = Page(client.get("/fr/services/paper"))
        client.post("/fr/services/paper", data={"card": codes[asked(page)], "csrf": token(page)})
        return client

    return opened


def money(text: str) -> int:
    """Centimes, as a person reads them."""
    whole, _, cents = re.sub(r"[^\d,]", "", text).partition(",")
    return int(whole) * 100 + int(cents or 0)


def told(page: Page, label: str) -> int:
    found = re.search(rf"{label} ([\d ,\xa0]+) DH", page.text)
    assert found, page.text
    return money(found[1])


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_three_hundred_dossiers_are_read_page_by_page_each_of_4_kilobytes(
    shown: Callable[..., FlaskClient], language: str
) -> None:
    client, numbers, address = shown(*dossiers(300)), [], "statement?months=12"
    for _ in range(PAGES):
        answer = client.get(f"/{language}/papers/{address}", headers={"Accept-Encoding": "br"})
        head = sum(len(f"{name}: {value}\r\n") for name, value in answer.headers)
        assert len(answer.data) + head <= 4_096
        assert answer.headers["Cache-Control"] == "no-store"
        page = brotli.decompress(answer.data).decode()
        numbers += re.findall(r"\b3\d{9}\b", page)
        onward = re.findall(r'href="(statement\?months=12&amp;part=\d+)"', page)
        address = onward[-1].replace("&amp;", "&")
    assert sorted(numbers) == sorted(one.number for one in dossiers(300))
    assert len(onward) == 1, "the last page leads back alone"


def test_the_totals_are_those_of_every_dossier_to_the_centime(
    shown: Callable[..., FlaskClient],
) -> None:
    client, all_ = shown(*dossiers(300)), dossiers(300)
    page = Page(client.get("/fr/papers/statement?months=12"))
    sums = {"demandé": "claimed", "accepté": "approved", "payé": "paid"}
    for label, name in sums.items():
        assert told(page, f"Total {label}") == sum(getattr(one, name) or 0 for one in all_)
    table = client.get("/fr/papers/statement.csv?months=12").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table), delimiter=";"))[1:]
    assert len(rows) == 300
    for column, name in ((5, "claimed"), (6, "approved"), (7, "paid")):
        added = sum(round(float(row[column] or 0) * 100) for row in rows)
        assert added == sum(getattr(one, name) or 0 for one in all_)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_pdf_lists_them_all(shown: Callable[..., FlaskClient], language: str) -> None:
    client = shown(*dossiers(300))
    pdf = PdfReader(io.BytesIO(client.get(f"/{language}/papers/statement.pdf?months=12").data))
    text = "".join(page.extract_text() for page in pdf.pages)
    assert all(one.number in text for one in dossiers(300))
    assert str(NUMBER) in text


@pytest.mark.parametrize(("months", "left"), [("3", 300), ("1", 300), ("12", 300)])
def test_the_period_is_chosen_and_any_other_is_the_shortest(
    shown: Callable[..., FlaskClient], months: str, left: int
) -> None:
    old = [port.Dossier("3999999999", KEY, "reimbursement", "2026-01-15",
                        port.DossierStatus("paid"), None, paid=100)]  # fmt: skip
    client = shown(*dossiers(3), *old)
    page = client.get(f"/fr/papers/statement?months={months}").text
    assert ("3999999999" in page) is (months == "12")
    assert "01/08/2026" in page or months == "12"


def test_who_has_none_is_told_so(shown: Callable[..., FlaskClient]) -> None:
    client = shown()
    for language, words in (("fr", "Aucun dossier de soins"), ("ar", "لا يوجد أي ملف")):
        page = Page(client.get(f"/{language}/papers/statement"))
        assert words in page.text
        assert "<table" not in page.html
    assert len(client.get("/fr/papers/statement.csv").data.splitlines()) == 1
    assert client.get("/fr/papers/statement.pdf").data.startswith(b"%PDF-")


def test_what_is_none_of_an_insurers_business_is_left_out(
    shown: Callable[..., FlaskClient],
) -> None:
    pension = port.Dossier("3888888888", KEY, "pension", "2026-11-01",
                           port.DossierStatus("paid"), None, paid=300_000)  # fmt: skip
    client = shown(*dossiers(1), pension)
    for kind in ("", ".csv"):
        page = client.get(f"/fr/papers/statement{kind}").text
        assert "3000000000" in page and "3888888888" not in page


@pytest.mark.parametrize(
    "address", ["part=0", "part=-5", "part=x", "part=99999", "months=12&part="]
)
def test_a_page_that_is_not_there_is_no_error(
    shown: Callable[..., FlaskClient], address: str
) -> None:
    assert shown(*dossiers(2)).get(f"/fr/papers/statement?{address}").status_code == 200


def cell(label: str) -> str:
    """What a spreadsheet finds in the cell of a reason that a fund wrote."""
    one = Entry("1", raw("Soins"), None, raw("rejeté"), raw(label), 1, None, -150)
    known = Statement("", date(2026, 1, 1), date(2026, 2, 1), None, [one])
    rows = list(
        csv.reader(io.StringIO(statement_csv(known, "fr").decode("utf-8-sig")), delimiter=";")
    )
    assert rows[1][7] == "-1.50", "a number is a number"
    return rows[1][4]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_no_word_of_a_fund_becomes_a_formula(sign: str) -> None:
    assert cell(f'{sign}HYPERLINK("http://x","y")').startswith("'")
    if not sign.isspace():
        told = cell(f"Motif, {sign}1+1")
        assert f"'{sign}1" in told, "nor behind a comma, which ends a cell elsewhere"


@given(st.text(alphabet="=+-@\t\r\n;,\"' aé1", max_size=12))
def test_whatever_it_writes_begins_no_cell_as_a_formula(label: str) -> None:
    for piece in re.split(r"[,;\t\r\n]", cell(label)):
        assert not piece.lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize(
    ("chosen", "first"),
    [("Trois derniers mois", "01/08/2026"), ("Six derniers mois", "01/05/2026"),
     ("Un an", "01/11/2025")],
)  # fmt: skip
def test_the_table_is_of_the_period_that_was_chosen(
    shown: Callable[..., FlaskClient], chosen: str, first: str
) -> None:
    client = shown(*dossiers(2))
    asks = Page(client.get("/fr/services/statement"))
    (link,) = (link for link, name in asks.links.items() if name.endswith(chosen))
    answer = Page(client.get(link))
    (sheet,) = (link for link in answer.links if "/papers/" in link)
    assert first in answer.text and first in Page(client.get(sheet)).text
