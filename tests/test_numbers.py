"""What people type and gateways post, as tables of cases."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lite import numbers

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026", "2026"),
        ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
        ("۰۱۲۳۴۵۶۷۸۹", "0123456789"),
        ("０１２３４５６７８９", "0123456789"),
        ("قسط ٣", "قسط 3"),
        ("५ ² ① Ａ", "५ ² ① Ａ"),
    ],
)
def test_digits(typed: str, meant: str) -> None:
    assert numbers.digits(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ""),
        (" etat  ", "etat"),
        ("ETAT\t 12\r\n3", "ETAT 12 3"),
        ("\u200f١\u200e", "1"),
        ("\ufeffAIDE\u00ad\u2060", "AIDE"),
        ("a\u00a0\u202fb\u2028c", "a b c"),
        ("Ａｒｒêｔ", "Arrêt"),
        ("e\u200d\u0301te", "éte"),
        ("ﺷﻜﺮﺍ", "شكرا"),
        ("oui 👍🏽", "oui"),
        ("❤\ufe0f ok", "❤ ok"),
        ("x\ud83dy\udc00", "xy"),
        ("nul\x00\x07\x7f", "nul"),
        ("1\ufe0f\u20e3", "1"),
        ("2\u20e3 *\ufe0f\u20e3", "2 *"),
        ("③ ❸ ➂ ➌", "3 3 3 3"),
    ],
)
def test_plain(typed: str, meant: str) -> None:
    assert numbers.plain(typed) == meant


@pytest.mark.parametrize("text", ["x" * 5_000, "\ufdfa" * 5_000, "a " * 5_000, "é" * 5_000])
def test_plain_is_bounded(text: str) -> None:
    assert 900 < len(numbers.plain(text)) <= numbers.PLAIN_LENGTH


@given(ANY_TEXT)
def test_plain_never_raises_and_has_nothing_left_to_do(text: str) -> None:
    once = numbers.plain(text)
    assert numbers.plain(once) == once
    assert once == " ".join(once.split())
    assert all(ord(char) <= 0xFFFF and not 0xD800 <= ord(char) < 0xE000 for char in once)


@pytest.mark.parametrize(
    ("posted", "read"),
    [
        ("+212612345678", "+212612345678"),
        (" 212612345678", "+212612345678"),
        ("212612345678", "+212612345678"),
        ("+212522123456", "+212522123456"),
        ("+254711082000", "+254711082000"),
        (" 254711082000", "+254711082000"),
        ("+33142685300", "+33142685300"),
        ("", None),
        ("+", None),
        ("3939", None),
        ("12345678", None),
        ("CNSS", None),
        ("+CNSS", None),
        ("+1234", None),
        ("+" + "2" * 40, None),
        ("+2126123456", None),
        ("+2126123456789", None),
        ("+212112345678", None),
        ("+0612345678", None),
        ("0612345678", None),
        ("+212612345678\n", None),
        ("\n212612345678", None),
        ("  212612345678", None),
        ("++212612345678", None),
        ("+212 612345678", None),
        ("+٢١٢٦١٢٣٤٥٦٧٨", None),
        ("+212612345678*", None),
    ],
)
def test_msisdn(posted: str, read: str | None) -> None:
    assert numbers.msisdn(posted) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("06 12 34 56 78", "+212612345678"),
        ("0612-345678", "+212612345678"),
        ("06.12.34.56.78", "+212612345678"),
        ("06–12–34–56–78", "+212612345678"),
        ("00212612345678", "+212612345678"),
        ("+212 (0)6 12 34 56 78", "+212612345678"),
        ("212612345678", "+212612345678"),
        ("612345678", "+212612345678"),
        ("٠٦١٢٣٤٥٦٧٨", "+212612345678"),
        ("\u200e۰۶۱۲۳۴۵۶۷۸", "+212612345678"),
        ("0522 12 34 56", "+212522123456"),
        ("+254711082000", "+254711082000"),
        ("00254711082000", "+254711082000"),
        ("", None),
        ("06 12 34 56", None),
        ("06 12 34 56 78 9", None),
        ("112345678", None),
        ("0612FLOWER", None),
        ("*123#", None),
        ("+", None),
        ("+1234", None),
        ("0" * 500, None),
    ],
)
def test_typed_phone(typed: str, read: str | None) -> None:
    assert numbers.typed_phone(typed) == read


@given(ANY_TEXT | st.text("+0123456789 -()", max_size=30))
def test_typed_phone_gives_what_a_gateway_could_post(text: str) -> None:
    read = numbers.typed_phone(text)
    assert read is None or numbers.msisdn(read) == read


def test_phonenumbers_waits_until_somebody_types_a_phone() -> None:
    script = (
        "import sys; from lite import numbers; numbers.msisdn('+212612345678');"
        "assert 'phonenumbers' not in sys.modules; numbers.typed_phone('0612345678');"
        "assert 'phonenumbers' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


# Worked by hand: 794 * 100 mod 97 = 54, 98 - 54 = 44 (the example of ISO 7064).
@pytest.mark.parametrize(("number", "checked"), [("794", "79444"), ("0", "098"), ("97", "9798")])
def test_with_check(number: str, checked: str) -> None:
    assert numbers.with_check(number) == checked
    assert int(checked) % 97 == 1


@pytest.mark.parametrize("number", ["", "12a", "٣", "-5", "²", " 1"])
def test_with_check_refuses(number: str) -> None:
    with pytest.raises(ValueError, match="ASCII digits"):
        numbers.with_check(number)


PAYLOADS = st.text("0123456789", min_size=6, max_size=12)


@given(PAYLOADS, st.data())
def test_any_one_wrong_digit_is_found(payload: str, data: st.DataObject) -> None:
    good = numbers.with_check(payload)
    at = data.draw(st.integers(0, len(good) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != good[at]))
    assert numbers.has_check(good)
    assert not numbers.has_check(good[:at] + wrong + good[at + 1 :])


@given(PAYLOADS)
def test_any_two_neighbours_exchanged_are_found(payload: str) -> None:
    good = numbers.with_check(payload)
    for at in range(len(good) - 1):
        swapped = good[:at] + good[at + 1] + good[at] + good[at + 2 :]
        assert swapped == good or not numbers.has_check(swapped)


@pytest.mark.parametrize("text", ["", "1", "79444", "٢١٢٣٤٥٦٧", "1" * 15, "21234567 8901"])
def test_has_check_knows_what_is_no_reference(text: str) -> None:
    assert not numbers.has_check(text)


@pytest.mark.parametrize(("kind", "first"), numbers.REFERENCE_KINDS.items())
def test_new_reference(kind: str, first: str) -> None:
    made = {numbers.new_reference(kind) for _ in range(200)}
    assert len(made) == 200
    for text in made:
        assert (len(text), text[0]) == (12, first)
        assert numbers.has_check(text) and numbers.reference(text) == text


def test_new_reference_of_no_kind() -> None:
    with pytest.raises(KeyError):
        numbers.new_reference("payslip")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("212345678901", "212345678901"),
        ("2123 4567 8901", "212345678901"),
        ("2123-4567.8901", "212345678901"),
        ("2123/4567–8901", "212345678901"),
        ("#212345678901", "212345678901"),
        ("212345678901#", "212345678901"),
        ("Réf. 212345678901", "212345678901"),
        ("REF:212345678901", "212345678901"),
        ("ref #212345678901", "212345678901"),
        ("رقم ٢١٢٣٤٥٦٧٨٩٠١", "212345678901"),
        ("\u200e۲۱۲۳۴۵۶۷۸۹۰۱\u200f", "212345678901"),
        ("12345678", "12345678"),
        ("1234567", None),
        ("1" * 15, None),
        ("ref", None),
        ("", None),
        ("2123x45678901", None),
        ("21234567890²", None),
    ],
)
def test_reference(typed: str, read: str | None) -> None:
    assert numbers.reference(typed) == read


@pytest.mark.parametrize(
    ("typed", "centimes"),
    [
        ("0", 0),
        ("4500", 450_000),
        ("4 500,50", 450_050),
        ("4\u202f500,50", 450_050),
        ("4.500,50", 450_050),
        ("4,500.50", 450_050),
        ("4500.5", 450_050),
        ("4500,05", 450_005),
        ("4.500", 450_000),
        ("4,500", 450_000),
        ("1.234.567,89", 123_456_789),
        ("4500 DH", 450_000),
        ("4500dhs", 450_000),
        ("MAD 4500", 450_000),
        ("4500 dirhams", 450_000),
        ("٤٥٠٠ درهم", 450_000),
        ("٤٬٥٠٠٫٥٠", 450_050),
        ("۴۵۰۰،۵", 450_050),
        ("10000000000", numbers.AMOUNT_LIMIT),
        ("10000000000,01", None),
        ("9" * 90, None),
        ("", None),
        ("DH", None),
        ("-4", None),
        ("007", None),
        ("0.500", None),
        ("4 50", None),
        ("4.5000", None),
        ("4500.500", None),
        ("1,23,456", None),
        ("1.234,567", None),
        ("4.500.50", None),
        ("4500²", None),
        ("½", None),
        ("4500 EUR", None),
        ("4500 DH 50", None),
        ("1e9", None),
    ],
)
def test_amount(typed: str, centimes: int | None) -> None:
    assert numbers.amount(typed) == centimes


@given(st.integers(0, numbers.AMOUNT_LIMIT))
def test_an_amount_is_read_back_however_it_is_written(centimes: int) -> None:
    english = f"{centimes // 100:,}.{centimes % 100:02d}"
    french = english.translate({ord(","): "\u202f", ord("."): ","})
    moroccan = english.translate({ord(","): ".", ord("."): ","})
    assert [numbers.amount(text) for text in (english, french, moroccan)] == [centimes] * 3


@given(ANY_TEXT)
def test_no_reader_ever_raises(text: str) -> None:
    numbers.amount(text)
    numbers.msisdn(text)
    numbers.reference(text)
    numbers.has_check(text)
    numbers.mask_name(text)
    numbers.mask_phone(text)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+212612345678", "06******78"),
        ("+212522123456", "05******56"),
        ("+254711082000", "+254*****00"),
        ("CNSS", "******"),
        ("", "******"),
    ],
)
def test_mask_phone(phone: str, shown: str) -> None:
    assert numbers.mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Fatima Zahra EL AMRANI", "F*** Z*** E*** A***"),
        ("فاطمة الزهراء", "ف*** ا***"),
        ("  Al-Idrissi ", "A***"),
        ("'Amr", "A***"),
        ("", ""),
    ],
)
def test_mask_name(name: str, shown: str) -> None:
    assert numbers.mask_name(name) == shown
