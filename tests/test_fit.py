"""What fits, what it costs, and that no screen loses a word."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lite.fit import (
    SCREEN_LINES,
    SCREEN_SEPTETS,
    SCREEN_UNITS,
    Cost,
    cost,
    fits_screen,
    fold,
    is_gsm7,
    pages,
    segments_text,
    septets,
    units,
)

# 3GPP TS 23.038, 6.2.1, the basic table by columns of sixteen, ESC left out.
COLUMNS = (
    "@£$¥èéùìòÇ\nØø\rÅå",
    "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ",
    " !\"#¤%&'()*+,-./",
    "0123456789:;<=>?",
    "¡ABCDEFGHIJKLMNO",
    "PQRSTUVWXYZÄÖÑÜ§",
    "¿abcdefghijklmno",
    "pqrstuvwxyzäöñüà",
)
ONE_SEPTET = set("".join(COLUMNS))
TWO_SEPTETS = set("\f^{}\\[~]|€")
GSM7 = st.text(st.sampled_from(sorted(ONE_SEPTET | TWO_SEPTETS)), max_size=500)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
USUAL = st.text(
    st.sampled_from("aé 0123456789 06 +*#/:. DH [€] \n çأهلا درهم \u200f\ud83d😀"), max_size=400
)


def test_the_alphabet_is_whole() -> None:
    assert (len(ONE_SEPTET), len(TWO_SEPTETS)) == (127, 10)
    for code in range(0x10000):
        assert is_gsm7(chr(code)) is (chr(code) in ONE_SEPTET | TWO_SEPTETS), hex(code)


@given(GSM7)
def test_septets(text: str) -> None:
    assert septets(text) == sum(2 if char in TWO_SEPTETS else 1 for char in text)


@pytest.mark.parametrize(
    ("text", "named"),
    [("reçu", "xe7"), ("[ê", "xea"), ("\x1b", "x1b"), ("سلام", "u0633"), ("😀", "U0001f600")],
)
def test_septets_names_what_does_not_fit(text: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        septets(text)


@pytest.mark.parametrize(("text", "size"), [("", 0), ("سلام", 4), ("a😀", 3), ("\ud83d", 1)])
def test_units(text: str, size: int) -> None:
    assert units(text) == size


@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        ("", ""),
        ("Votre dossier est payé à 80 %", "Votre dossier est payé à 80 %"),
        ("éèàùÉÇ ìò ñ", "éèàùÉÇ ìò ñ"),
        ("Reçu : ça, français", "Recu : ca, francais"),
        ("âêîôûëïÿ ÀÈÙÂÊÎÔÛËÏ", "aeioueiy AEUAEIOUEI"),
        ("cœur ŒUVRE", "coeur OEUVRE"),
        ("« Oui »", '"Oui"'),
        ("«\u00a0Oui\u202f»", '"Oui"'),
        ("“a” ‘b’ l’été", "\"a\" 'b' l'été"),
        ("9–20 h … fin — là", "9-20 h ... fin - là"),
        ("4\u202f500,50\u00a0DH", "4 500,50 DH"),
        ("n° 5 • m² ½", "no 5 - m2 1/2"),
        ("a\tb\r\nc\rd\x00", "a b\nc\nd"),
        ("e\u0301te\u0302", "éte"),
        ("[1] 5 €", "[1] 5 €"),
        ("\u200e*384#\u200f", "*384#"),
        ("fait ✓ 👍🏽", "fait ? "),
        ("٣", "3"),
        ("مرحبا\u00a0بك", "مرحبا بك"),
        ("\u2067مرحبا\u2069 \u061c12", "مرحبا 12"),
        ("ﻣﺮﺣﺒﺎ ﻻ", "مرحبا لا"),
        ("\ufe8d\u0654", "\u0623"),
        ("مرحبا reçu « été »", "مرحبا reçu « été »"),
        ("شكرا 😀", "شكرا "),
        ("مَرْحَبًا ٣", "مَرْحَبًا ٣"),
        # What a line of Arabic would turn round has a line to itself.
        ("ركبوا *384*3939#، ثم", "ركبوا\n*384*3939#،\nثم"),
        ("الوكيل: 06******44", "الوكيل:\n06******44"),
        ("الإثنين - الجمعة 8:30-16:30", "الإثنين - الجمعة\n8:30-16:30"),
        ("هاتف 05 20 44 71 00 (كل يوم)", "هاتف\n05 20 44 71 00\n(كل يوم)"),
        ("1 3 أشهر، يوم 05/09/2026 10:00", "1 3 أشهر، يوم 05/09/2026 10:00"),
        ("composez *384# ç", "composez *384# c"),
        ("Привет ça", "Привет ça"),
    ],
)
def test_fold(written: str, leaves: str) -> None:
    assert fold(written) == leaves


@given(ANY_TEXT | USUAL)
def test_fold_leaves_nothing_to_fold(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert all(ord(char) <= 0xFFFF for char in once)
    hidden = {char for char in once if unicodedata.category(char) in ("Cc", "Cf", "Cs")}
    assert hidden <= {"\n"}


@given(GSM7)
def test_fold_keeps_what_gsm7_has(text: str) -> None:
    text = text.replace("\r", "").replace("\f", "")
    assert fold(text).replace('"', "") == text.replace('"', "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Cost("gsm7", 0, 1)),
        ("a" * 160, Cost("gsm7", 160, 1)),
        ("a" * 161, Cost("gsm7", 161, 2)),
        ("a" * 306, Cost("gsm7", 306, 2)),
        ("a" * 307, Cost("gsm7", 307, 3)),
        ("€" * 80, Cost("gsm7", 160, 1)),
        ("€" * 81, Cost("gsm7", 162, 2)),
        # 153 is odd: a pair is not cut, so 306 septets do not go into two segments.
        ("€" * 153, Cost("gsm7", 306, 3)),
        ("a" * 152 + "€" + "a" * 152, Cost("gsm7", 306, 3)),
        ("ç" + "a" * 69, Cost("ucs2", 70, 1)),
        ("ç" + "a" * 70, Cost("ucs2", 71, 2)),
        ("س" * 134, Cost("ucs2", 134, 2)),
        ("س" * 135, Cost("ucs2", 135, 3)),
        ("😀" * 35, Cost("ucs2", 70, 1)),
        ("😀" * 67, Cost("ucs2", 134, 3)),
        ("س" * 66 + "😀" + "س" * 66, Cost("ucs2", 134, 3)),
        ("س[" * 67, Cost("ucs2", 134, 2)),
        ("[" * 65 + "😀" * 2 + "[" * 65, Cost("ucs2", 134, 2)),
    ],
)
def test_cost(text: str, expected: Cost) -> None:
    assert cost(text) == expected


@given(GSM7 | ANY_TEXT | USUAL)
def test_segments_are_the_text_and_each_is_carried(text: str) -> None:
    parts, price = segments_text(text), cost(text)
    assert "".join(parts) == text
    assert len(parts) == price.segments
    count, single, room = (septets, 160, 153) if price.alphabet == "gsm7" else (units, 70, 67)
    assert sum(map(count, parts)) == price.size
    assert all(count(part) <= (single if len(parts) == 1 else room) for part in parts)
    assert all(count(part) >= room - 1 for part in parts[:-1])


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True),
        ("a" * SCREEN_SEPTETS, True),
        ("a" * (SCREEN_SEPTETS + 1), False),
        ("€" * (SCREEN_SEPTETS // 2), True),
        ("€" * (SCREEN_SEPTETS // 2) + "a", False),
        ("س" * SCREEN_UNITS, True),
        ("س" * (SCREEN_UNITS + 1), False),
        ("😀" * 36, False),
        ("\n" * (SCREEN_LINES - 1), True),
        ("\n" * SCREEN_LINES, False),
    ],
)
def test_fits_screen(text: str, fits: bool) -> None:
    assert fits_screen(text) is fits


def foot(index: int, more: bool) -> str:
    return "7 Suite 0 Retour" if more else "0 Retour"


def bare(index: int, more: bool) -> str:
    return ""


def arabic(index: int, more: bool) -> str:
    return "7 التالي 0 رجوع" if more else "0 رجوع"


def longer_at_the_end(index: int, more: bool) -> str:
    return f"{index + 1}" if more else f"{index + 1}\n0 Retour 00 Accueil"


def one(lines: list[str], head: str = "") -> str:
    (screen,) = pages(lines, foot, head)
    return screen


def test_what_fits_is_one_screen() -> None:
    assert one(["1 Dossiers", "2 Droits"], "CNSS") == "CNSS\n1 Dossiers\n2 Droits\n0 Retour"
    assert pages(["a"], bare) == ["a"]
    assert pages([], bare) == [""]


def test_lines_go_on_as_few_screens_as_hold_them() -> None:
    lines = [f"{key} Choix" for key in range(1, 9)]
    assert pages(lines, foot, "Menu") == [
        "\n".join(["Menu", *lines[:5], "7 Suite 0 Retour"]),
        "\n".join([*lines[5:], "0 Retour"]),
    ]


def test_the_last_foot_may_be_the_longer_one() -> None:
    assert pages(list("abcdef"), longer_at_the_end) == [
        "a\nb\nc\nd\ne\n1",
        "f\n2\n0 Retour 00 Accueil",
    ]


def test_a_line_that_a_screen_holds_is_kept_whole() -> None:
    short, long = "mot " * 20 + "fin", "mot " * 30 + "fin"
    assert pages([short, long], foot) == [f"{short}\n7 Suite 0 Retour", f"{long}\n0 Retour"]


def test_a_last_line_may_need_the_room_of_the_shorter_foot() -> None:
    last = "mot " * 37 + "fin"
    assert pages(["abc", last], foot) == ["abc\n7 Suite 0 Retour", f"{last}\n0 Retour"]


def test_each_screen_is_judged_by_its_own_alphabet() -> None:
    latin, arab = "a" * 140, "س" * 60
    assert pages([latin, arab], foot) == [f"{latin}\n7 Suite 0 Retour", f"{arab}\n0 Retour"]
    assert pages(["س" * 40, "س" * 20], bare) == ["س" * 40 + "\n" + "س" * 20]
    assert len(pages(["a" * 100], arabic)) == 2


# Each of these starts a few characters before the end of a full screen: it goes to the next one.
@pytest.mark.parametrize(
    "whole",
    [
        "212345678901",
        "05/09/2026",
        "16:30",
        "*384*3939#",
        "+212612345678",
        "06 12 34 56 78",
        "4 500,50 DH",
        "4500 درهم",
        "80 %",
        "5 septembre 2026",
        "5 sept. 2026",
        "2026-00123",
    ],
)
@pytest.mark.parametrize("ahead", range(1, 14))
def test_a_number_is_never_cut(whole: str, ahead: int) -> None:
    room = (SCREEN_SEPTETS if is_gsm7(whole) else SCREEN_UNITS) - ahead
    line = ("mot " * 60)[: room - 1].strip() + " " + whole + " suite" * 40
    assert sum(whole in screen for screen in pages([line], bare)) == 1


def test_the_key_of_a_menu_line_stays_with_its_words() -> None:
    first, *_ = pages(["Titre" * 24, "1 " + "mot" * 20 + " mot" * 30], bare)
    assert not first.endswith("1")


def test_a_word_longer_than_a_screen_is_cut_before_the_number_in_it() -> None:
    assert pages(["x" * 155 + "212345678901"], bare) == ["x" * 155, "212345678901"]
    assert pages(["1" * 200], bare) == ["1" * 160, "1" * 40]


@pytest.mark.parametrize("text", ["7" * 160, "س" * 70, "a\n" * 6])
def test_a_foot_that_leaves_no_room_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="foot"):
        pages(["a", "b"], lambda index, more: text)


@pytest.mark.parametrize("text", ["mot ", "x", "1 2 ", "1*", "سلام ", "a\n", "[", " ", "أ 1"])
def test_a_hundred_thousand_characters_come_to_an_end(text: str) -> None:
    long = text * (100_000 // len(text))
    laid = pages([long], bare)
    assert "".join("".join(laid).split()) == "".join(long.split())


FEET = st.sampled_from([foot, bare, arabic, longer_at_the_end])


@given(st.lists(USUAL | ANY_TEXT, max_size=12), FEET, st.text(max_size=40))
def test_every_screen_fits_and_nothing_is_lost(lines: list[str], foot: object, head: str) -> None:
    assert callable(foot)
    laid = pages(lines, foot, head)
    assert all(map(fits_screen, laid))
    feet = [foot(index, index < len(laid) - 1) for index in range(len(laid))]
    bodies = [screen.removesuffix(end) for screen, end in zip(laid, feet, strict=True)]
    assert all(screen.endswith(end) for screen, end in zip(laid, feet, strict=True))
    assert "".join("".join(bodies).split()) == "".join((head + "".join(lines)).split())


WORDS = st.lists(st.text("ab", min_size=1, max_size=9) | st.text("0123456789/:.*#+", max_size=18))


@given(st.lists(WORDS.map(" ".join), max_size=6), FEET)
def test_no_run_of_digits_is_cut(lines: list[str], foot: object) -> None:
    assert callable(foot)
    laid = pages(lines, foot)
    bodies = [
        screen.removesuffix(foot(index, index < len(laid) - 1)) for index, screen in enumerate(laid)
    ]
    before = re.findall(r"[\d/:.*#+]+", "\n".join(lines))
    assert re.findall(r"[\d/:.*#+]+", "\n".join(bodies)) == before


@given(st.lists(st.text("ab ", max_size=200), max_size=8), FEET)
def test_a_line_is_whole_whenever_a_screen_can_hold_it(lines: list[str], foot: object) -> None:
    assert callable(foot)
    laid = pages(lines, foot)
    for line in map(str.strip, lines):
        if fits_screen(f"{line}\n{foot(0, True)}") and fits_screen(f"{line}\n{foot(0, False)}"):
            assert any(f"\n{line}\n" in re.sub(" *\n *", "\n", f"\n{page}\n") for page in laid)
