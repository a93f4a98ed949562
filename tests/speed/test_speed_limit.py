"""The arithmetic of the slow link and of its physical limit; no network, no browser."""

from __future__ import annotations

import re
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest

from lite.app import House
from speed import anchor, certificates
from speed.journeys import Journey, Step
from speed.link import PROFILES, Profile, Way, seen, ways
from speed.trace import Limit, Packet, Trace, carried, limit

GPRS = PROFILES["gprs"]


def test_a_packet_takes_half_the_trip_and_its_bytes_at_the_rate() -> None:
    down, up = ways(GPRS)["down"], ways(GPRS)["up"]
    assert down.take(bytes(1500), 10.0) == pytest.approx(10.0 + 0.3 + 0.4)
    assert up.take(bytes(60), 10.0) == pytest.approx(10.0 + 0.024 + 0.4)


def test_packets_go_one_after_the_other_and_arrive_in_order() -> None:
    way = Way(rate=1000, delay=1.0)
    assert [way.take(bytes(500), 0.0) for _ in range(3)] == [1.5, 2.0, 2.5]
    assert way.take(bytes(500), 9.0) == 10.5, "the sender rested meanwhile"
    assert [len(way.due(moment)) for moment in (1.4, 1.5, 2.5, 99.0)] == [0, 1, 2, 1]


def test_what_finds_no_room_is_dropped() -> None:
    way = Way(rate=1000, delay=0.0)
    taken = [way.take(bytes(1500), 0.0) for _ in range(100)]
    assert taken[0] == 1.5
    assert taken[-1] is None
    assert len(way.due(1e6)) == sum(one is not None for one in taken)


def test_a_packet_is_read() -> None:
    head = bytearray(52)
    head[0], head[9], head[2:4] = 0x45, 6, (52 + 100).to_bytes(2, "big")
    head[20:24] = (443).to_bytes(2, "big") + (50_000).to_bytes(2, "big")
    head[32], head[33] = 8 << 4, 2
    assert seen(bytes(head) + bytes(100)) == (100, True, 50_443)
    head[33] = 16
    assert seen(bytes(head) + bytes(100)) == (100, False, 50_443)
    assert seen(b"\x60" + bytes(60)) is None


def exchange(
    *flights: tuple[str, Sequence[int]], line: int = 1, since: float = 0.0
) -> list[Packet]:
    """Flights of packets, each sent once the one before has arrived whole: on a link of a second a
    trip and 1,000 bytes a second both ways."""
    link = {"up": Way(1000, 0.5), "down": Way(1000, 0.5)}
    packets, now = [], since
    for way, sizes in flights:
        for size in sizes:
            arrived = link[way].take(bytes(size), now)
            assert arrived
            packets.append(Packet(now, arrived, way, size, size - 52, size == 60, line))
        now = packets[-1].arrived
    return packets


EVEN = Profile("even", 1.0, 8, 8)
FULL = [("up", [60]), ("down", [60]), ("up", [517]), ("down", [1500, 500]), ("up", [100, 400]),
        ("down", [1400])]  # fmt: skip


def test_a_full_handshake_and_a_page_are_three_trips_and_their_bytes() -> None:
    packets = exchange(*FULL)
    found = limit(packets, packets[-1].arrived, EVEN)
    assert found == Limit(3, 60 + 517 + 500, 60 + 2000 + 1400)
    assert found.seconds(EVEN) == pytest.approx(packets[-1].arrived), "it took just so long"


def test_what_comes_later_is_not_waited_for() -> None:
    packets = exchange(*FULL, ("up", [300]), ("down", [1400, 1400]))
    assert limit(packets, packets[len(packets) - 4].arrived, EVEN).trips == 3
    assert limit(packets, packets[-1].arrived, EVEN).trips == 4
    assert limit(packets, 0.0, EVEN) == Limit(0, 0, 0)


def test_acknowledgements_and_other_connections_cost_nothing() -> None:
    packets = exchange(*FULL)
    least = limit(packets, packets[-1].arrived, EVEN)
    others = exchange(("up", [60]), ("down", [60]), ("up", [1500, 527]), line=2, since=0.01)
    others.append(Packet(packets[-1].entered, packets[-1].arrived, "down", 114, 62, False, 2))
    bare = [Packet(one.arrived, one.arrived + 0.6, "up", 52, 0, False, 1) for one in packets]
    everything = sorted([*packets, *others, *bare], key=lambda one: one.entered)
    assert limit(everything, packets[-1].arrived, EVEN) == least
    assert carried(everything) == carried(packets) + 2261 + 52 * len(bare)


def test_a_word_in_the_midst_of_a_long_answer_is_no_question() -> None:
    packets = exchange(("up", [100]), ("down", [1500] * 10))
    last = packets[-1].arrived
    word = Packet(8.0, 8.6, "up", 87, 35, False, 1)  # makes room, and nobody waits for it
    assert limit(sorted([*packets, word]), last, EVEN) == Limit(1, 100, 15_000)


def test_an_answer_in_two_windows_is_one_answer() -> None:
    packets = exchange(("up", [100]), ("down", [1500] * 2))
    more = exchange(("down", [1500] * 2), since=packets[-1].arrived + 1)
    assert limit([*packets, *more], more[-1].arrived, EVEN) == Limit(1, 100, 6000)


def test_a_trace_is_read_from_its_mark(tmp_path: Path) -> None:
    file = tmp_path / "trace"
    file.write_text("1.0 1.5 up 60 0 1 7\n")
    trace = Trace(file)
    assert trace.read() == []
    with file.open("a") as more:
        more.write("2.0 -1 down 1500 1448 0 7\n2.0 2.5 down 100 48 0 7\n2.5 3.")
    assert trace.read() == [Packet(2.0, 2.5, "down", 100, 48, False, 7)]


def test_a_journey_is_the_sum_of_its_steps() -> None:
    steps = (Step("one", 4.0, Limit(3, 100, 200), 5000), Step("two", 1.5, Limit(1, 10, 20), 900))
    journey = Journey("both", steps, 2)
    assert (journey.seconds, journey.limit, journey.total) == (5.5, Limit(4, 110, 220), 5900)


def test_the_other_page_says_the_same(house: House) -> None:
    page = house.web.test_client().get("/fr/").text
    other = anchor.dressed(page)

    def words(html: str) -> list[str]:
        bare = re.sub(r"(?s)<(style|script)[^>]*>.*?</\1>", " ", html)
        return re.sub(r"<[^>]*>", " ", bare).split()

    assert words(other) == words(page)
    assert 'class="govuk-heading-xl"' in other
    assert "display" not in other, "none of our clothes"


def test_the_other_page_is_packed_for_nginx(house: House, tmp_path: Path) -> None:
    told = anchor.write(tmp_path / "anchor", house)
    if anchor.missing():
        assert told == ""
        pytest.skip(f"NOT TESTED: {anchor.missing()}")
    sizes = {file.name: file.stat().st_size for file in (tmp_path / "anchor").iterdir()}
    assert set(sizes) == {"first", "next", "govuk-frontend.min.css", "govuk-frontend.min.js"}
    assert sizes["govuk-frontend.min.css"] < 20_000, "packed, and without its fonts"
    assert "Content-Encoding br" in told


def test_certificates_are_those_of_a_public_authority(tmp_path: Path) -> None:
    trusted = certificates.make(tmp_path / "tls", "lite.example.ma")
    assert len(trusted) == 44
    chain = (tmp_path / "tls" / "ecdsa.pem").read_text()
    ders = [ssl.PEM_cert_to_DER_cert(one + "-----END CERTIFICATE-----\n")
            for one in chain.split("-----END CERTIFICATE-----\n")[:-1]]  # fmt: skip
    assert len(ders) == 2
    assert 1300 < sum(map(len, ders)) < 2200
