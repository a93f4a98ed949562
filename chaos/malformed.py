"""C2: callbacks that no gateway would post. The house stays alive, and a caller always gets a last
word that is one."""

from __future__ import annotations

import http.client
import random
from urllib.parse import quote_plus, urlencode

from attack.figures import Figure
from chaos.callers import FORM, dialled, post
from chaos.home import SECRET, environment, home
from chaos.processes import running, web
from chaos.progress import shown

_HOOKS = ("ussd", "ussd", "sms", "delivery", "optout", "sim", "ussd/ended")
_TYPES = ("application/json", "text/plain", "multipart/form-data; boundary=x", "", "x" * 300)
_ODD = (  # digits of other scripts, marks that turn text, halves of characters
    "\0",
    "*" * 10_000,
    "5" * 100_000,
    "٣*٤",
    "\u202e",
    "%",
    "&&==",
    "𝟏*𝟐",
    "é" * 500,
    "-1",
    "é\ud800",
)


def run(number: int) -> list[Figure]:
    """So many malformed posts over kept connections, then a sound one."""
    chance, wrong = random.Random(7), list[str]()
    with home() as house:
        server = web(environment(house.settings))
        with running(server):
            line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            for _ in shown("posts", range(number), number):
                wrong += _posted(line, chance)
            same = server.alive
            _, said = post(server.port, "ussd", dialled("sound", "+212655000001", ""))
    example = f" ({wrong[0][:60]})" if wrong else ""
    return [
        Figure("C2", f"malformed posts that broke something{example}",
               f"{len(wrong)} of {number:,}", "0", not wrong),
        Figure("C2", "alive after it", "yes" if same and said.startswith("CON") else "no", "yes",
               same and said.startswith("CON")),
    ]  # fmt: skip


def _posted(line: http.client.HTTPConnection, chance: random.Random) -> list[str]:
    """What was wrong with the answer to one of them."""
    hook, (body, type) = chance.choice(_HOOKS), _body(chance)
    try:
        line.request("POST", f"/at/{SECRET}/{hook}", body, {"Content-Type": type})
        answer = line.getresponse()
        said = answer.read().decode()
    except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
        line.close()
        return [f"{hook}: {error!r}"]
    if answer.status != 200:
        return [f"{hook}: {answer.status}"]
    whole = not hook.endswith("ussd") or said.startswith(("CON ", "END "))
    return [] if whole else [f"{hook}: {said[:40]!r}"]


def _body(chance: random.Random) -> tuple[bytes, str]:
    fields = dialled(f"s{chance.random()}", "+212655000001", "5*2") | {"id": f"{chance.random()}"}
    fields |= {"from": "+212655000001", "status": "Success"}
    good = urlencode(fields).encode()
    form = FORM["Content-Type"]
    shape = chance.randrange(7)
    if shape == 0:
        return chance.randbytes(chance.randrange(2_000)), form
    if shape == 1:
        return good[: chance.randrange(len(good))], form
    if shape == 2:
        return good + b"&" + good, form
    if shape == 3:
        return good, chance.choice(_TYPES)
    if shape == 4:
        return b"&".join(b"f%d=1" % one for one in range(chance.randrange(2_000))), form
    name = chance.choice(list(fields))
    return _with(fields, name, chance), form


def _with(fields: dict[str, str], name: str, chance: random.Random) -> bytes:
    """One field missing, or holding what it should not."""
    kept = {key: value for key, value in fields.items() if key != name}
    if chance.random() < 0.3:
        return urlencode(kept).encode()
    odd = quote_plus(chance.choice(_ODD).encode("utf-8", "surrogatepass"))
    return urlencode(kept).encode() + f"&{name}={odd}".encode()
