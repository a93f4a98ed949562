"""Keys for a store that is spread over machines: the real schemas, the paper and the script agree.

Citus is not here: stand-ins refuse what its rules refuse (`create_distributed_table`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lite.store import Store
from lite.store.delivery import Report
from lite.store.letters import LetterRow
from lite.store.requests import RequestRow
from tests import engines

SCRIPT = Path("deploy/postgresql/citus.sql").read_text()
TABLE = re.search(r"(?ms)^\| table \| lies by .*?^$", Path("docs/scale.md").read_text())
ELSEWHERE = {"reference table", "coordinator"}
AT = "2026-11-24T09:00:00.000000Z"
LETTER = LetterRow("l", "sms", "answer", "waiting", "a", "fr", "v1:", AT, None, 0, AT)
ASKED = RequestRow("3", "once", "p", "f", "callback", "fr", "queued", "", AT, AT, "", "", "v1:")
Keys = set[frozenset[str]]

_KEYS = {
    "sqlite": "select group_concat(c.name, ' ') from pragma_index_list(?) i"
    ' join pragma_index_info(i.name) c where i."unique" group by i.name',
    "postgresql": "select string_agg(a.attname, ' ') from pg_index i join pg_attribute a"
    " on a.attrelid = i.indrelid and a.attnum = any(i.indkey)"
    " where i.indrelid = ?::regclass and i.indisunique group by i.indexrelid",
}
# What Citus's documentation says of a table that is to be distributed: the column is there and is
# never empty, every unique key holds it, no trigger stands on it. Nothing else of it is played.
_STAND_INS = """
create function create_reference_table(one regclass) returns void language sql as '';
create function create_distributed_table(one regclass, by text) returns void language plpgsql as $$
declare at int;
begin
    select attnum into strict at from pg_attribute
        where attrelid = one and attname = by and attnotnull;
    if exists (select 1 from pg_index
               where indrelid = one and indisunique and not at = any(indkey)) then
        raise exception 'a unique key of % lacks %', one, by;
    end if;
    if exists (select 1 from pg_trigger where tgrelid = one) then
        raise exception '% has triggers', one;
    end if;
end $$
"""


def keys(store: Store, table: str) -> Keys:
    """The unique keys of a table, as the engine itself tells them."""
    rows = store.sql.all(_KEYS[store.sql.name], table)
    found = {frozenset(row[0].split()) for row in rows}
    if store.sql.name == "sqlite":  # one integer that is a row's own number has no index
        info = store.sql.all("select name from pragma_table_info(?) where pk", table)
        found |= {frozenset(row[0] for row in info)} - {frozenset()}
    return found


def told() -> dict[str, tuple[str, Keys]]:
    """Table -> (by what it lies, its excepted keys), as the paper has it."""
    found = {}
    assert TABLE
    for line in TABLE[0].splitlines()[2:]:
        names, by, why = (cell.strip() for cell in line.strip("|").split("|"))
        excepted = {frozenset(one.split(", ")) for one in re.findall(r"`\(([a-z_, ]+)\)`", why)}
        assert not excepted or re.search(r"[a-z]{4}[^`]*$", why), f"{names}: say why"
        found |= dict.fromkeys(names.split(", "), (by, excepted))
    return found


PAPER = told()


@pytest.fixture(scope="module", params=engines.ENGINES)
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    where = engines.place(request.param, tmp_path_factory.mktemp("spread"))
    yield (store := engines.made(where))
    store.sql.close()
    engines.forget(where)


@pytest.fixture
def afar() -> Iterator[Store]:
    where = engines.place("postgresql", Path())
    yield (store := engines.made(where))
    store.sql.close()
    engines.forget(where)


def spread(store: Store, script: str = SCRIPT) -> None:
    """The script, as `psql` sends it, on a server that has the stand-ins."""
    name = store.sql.one("select current_database()")
    assert name
    with psycopg.connect(engines.cluster().url(name[0])) as line:
        line.execute(_STAND_INS.encode())
        line.execute(script.encode())


def test_every_table_has_its_place(store: Store) -> None:
    assert set(PAPER) == set(store.sql.tables()), "say in docs/scale.md where it lies"


def test_what_a_table_lies_by_is_one_of_its_columns(store: Store) -> None:
    columns = store.sql.tables()
    wrong = {name for name, (by, _) in PAPER.items() if by not in {*columns[name], *ELSEWHERE}}
    assert not wrong


def test_a_unique_key_holds_that_column_or_the_paper_says_why_not(afar: Store) -> None:
    lacking = {
        name: {key for key in keys(afar, name) if by not in key}
        for name, (by, _) in PAPER.items() if by not in ELSEWHERE
    }  # fmt: skip
    assert lacking == {name: PAPER[name][1] for name in lacking}


def test_the_engines_differ_by_that_column_alone(store: Store, afar: Store) -> None:
    def rest(one: Store) -> dict[str, Keys]:
        return {name: {key - {by} for key in keys(one, name)} for name, (by, _) in PAPER.items()}

    assert rest(store) == rest(afar)


def test_the_script_spreads_what_the_paper_says() -> None:
    script = dict(re.findall(r"create_distributed_table\('(\w+)', '(\w+)'\)", SCRIPT))
    assert script == {name: by for name, (by, _) in PAPER.items() if by not in ELSEWHERE}
    small = set(re.findall(r"create_reference_table\('(\w+)'\)", SCRIPT))
    assert small == {name for name, (by, _) in PAPER.items() if by == "reference table"}


def test_nothing_refuses_the_script(afar: Store) -> None:
    spread(afar)


@pytest.mark.parametrize("table", ["cards", "reports", "records", "moves"])
def test_a_key_that_was_not_widened_is_refused(afar: Store, table: str) -> None:
    narrow = "\n".join(one for one in SCRIPT.splitlines() if f"alter table {table} " not in one)
    with pytest.raises(psycopg.errors.RaiseException, match=f"a unique key of {table} lacks"):
        spread(afar, narrow)


def test_rows_of_before_the_column_are_filled_in(afar: Store) -> None:
    afar.letters.post(LETTER)
    (claimed,) = afar.letters.claim("sms", "", AT, AT, 1)
    afar.cards.begin("c", "p", [(1, "h")], AT)
    afar.sql.run("update attempts set address = ''")
    afar.sql.run("update card_codes set of_person = ''")
    spread(afar)
    assert afar.sql.all("select letter, address from attempts") == [(claimed.id, "a")]
    assert afar.sql.all("select card, of_person from card_codes") == [("c", "p")]


def test_what_was_done_once_is_done_once_on_wider_keys(afar: Store) -> None:
    spread(afar)
    for _ in range(2):
        afar.requests.add(ASKED)
        afar.letters.post(LETTER)
        afar.delivery.note(Report("m", "Sent", "", "a"), AT)
    assert [afar.cards.begin("c", one, [(1, "h")], AT) for one in ("p", "q")] == [True, False]
    assert afar.sql.all("select count(*), max(times) from reports") == [(1, 2)]
    for table in ("requests", "letters", "cards"):
        assert afar.sql.one(f"select count(*) from {table}") == (1,), table
