"""USSD: what a handset does, and the callbacks that follow.

The whole history of a session travels in `text`, joined by `*`; an answer begins with `CON ` or
`END `, anything else closes the session on the gateway's own failure screen.
"""

from uuid import uuid4

from lite.phone.network import NETWORK_CODE, Answer, Network, soon
from lite.phone.state import Refused, Screen, Session

HOP_LENGTH = 99


def dial(network: Network, phone: str, code: str) -> None:
    """Dial a code. A running session is hung up first; a code of another service shows the
    network's own screen. Raises Refused: number, off, busy."""
    hang_up(network, phone)
    with network.board.change(phone) as handset:
        if not handset.power:
            raise Refused("off")
        if handset.session:
            raise Refused("busy")
        replies = _replies(network.service_code, code.strip())
        if replies is None:
            handset.screen = Screen("unknown")
            return
        begun = network.steady()
        session = Session(f"ATUid_{uuid4().hex}", begun, begun, replies)
        handset.session, handset.screen = session, Screen("blank")
    _turn(network, phone, session)


def reply(network: Network, phone: str, text: str) -> None:
    """Answer the screen. Raises Refused: number, off, busy, idle (no session is open)."""
    sweep(network)
    with network.board.change(phone) as handset:
        session = handset.session
        if session is None:
            raise Refused("idle" if handset.power else "off")
        if session.waiting:
            raise Refused("busy")
        session.replies.append(text)
        session.waiting = True
    _turn(network, phone, session)


def hang_up(network: Network, phone: str) -> None:
    """Close the session, if one is open; the screen goes blank."""
    with network.board.change(phone) as handset:
        session, handset.session = handset.session, None
        handset.screen = Screen("closed" if session else "blank")
    if session:
        _tell_ended(network, phone, session, "Incomplete")


def drop(network: Network, phone: str, on: bool) -> None:
    """Lose the next answer: the callback is sent, but its answer never reaches the handset."""
    with network.board.change(phone) as handset:
        handset.drop = on


def sweep(network: Network) -> None:
    """End the sessions whose time, or whose owner's time to think, has run out."""
    moment = network.steady()
    for phone, session in network.board.in_session():
        thought, lasted = moment - session.asked, moment - session.started
        if thought >= network.pace.thinking or lasted >= network.pace.session:
            _close(network, phone, session, Screen("late"), "Incomplete")


def _replies(service_code: str, code: str) -> list[str] | None:
    """What a dialled code already answers: `*384*1*2#` is `1*2`. None: not our service."""
    base = service_code.rstrip("#")
    if not code.startswith(base) or not code.endswith("#"):
        return None
    rest = code[len(base) : -1]
    if not rest:
        return []
    return rest[1:].split("*") if rest.startswith("*") and rest != "*" else None


def _turn(network: Network, phone: str, session: Session) -> None:
    fields = {
        "sessionId": session.id,
        "phoneNumber": phone,
        "networkCode": NETWORK_CODE,
        "serviceCode": network.service_code,
        "text": session.text,
    }
    last_hop = session.metadata[-1] if session.metadata else ""
    answer = network.post("/ussd", phone, fields, last_hop)
    session.hops += 1
    session.answer = answer.text
    if 0 < len(answer.hop) <= HOP_LENGTH and "|" not in answer.hop:
        session.metadata.append(answer.hop)
    _show(network, phone, session, answer)


def _show(network: Network, phone: str, session: Session, answer: Answer) -> None:
    if _lost(network, phone, session):
        _close(network, phone, session, Screen("lost"), "Incomplete")
        return
    kind, error = _judge(answer)
    if kind == "con":
        with network.board.change(phone) as handset:
            if handset.session is session:
                handset.screen = Screen("con", answer.text[4:])
                session.waiting, session.asked = False, network.steady()
        return
    words = Screen("end", answer.text[4:]) if kind == "end" else Screen("failure")
    _close(network, phone, session, words, "Success" if kind == "end" else "Failed", error)


def _lost(network: Network, phone: str, session: Session) -> bool:
    """Whether the network drops this very answer; it does so once."""
    with network.board.change(phone) as handset:
        lost = handset.drop and handset.session is session
        handset.drop = handset.drop and not lost
    return lost


def _judge(answer: Answer) -> tuple[str, str]:
    """The kind of an answer, and why it is bad: nothing is trimmed before the prefix."""
    if answer.error:
        return "failure", answer.error
    if answer.status != 200:
        return "failure", f"Received unexpected response code: {answer.status}"
    kinds = {"CON ": "con", "END ": "end"}
    kind = kinds.get(answer.text[:4], "failure")
    return kind, "Response must begin with CON or END" if kind == "failure" else ""


def _close(
    network: Network, phone: str, session: Session, screen: Screen, status: str, error: str = ""
) -> None:
    with network.board.change(phone) as handset:
        if handset.session is not session:
            return  # hung up meanwhile: its end is already told
        handset.session, handset.screen = None, screen
    _tell_ended(network, phone, session, status, error)


def _tell_ended(
    network: Network, phone: str, session: Session, status: str, error: str = ""
) -> None:
    fields = {
        "date": network.date(),
        "sessionId": session.id,
        "serviceCode": network.service_code,
        "networkCode": NETWORK_CODE,
        "phoneNumber": phone,
        "status": status,
        "cost": "MAD 0.00",
        "durationInMillis": str(round((network.steady() - session.started) * 1000)),
        "hopsCount": str(session.hops),
        "hopsMetadata": "|".join(session.metadata),
        "input": session.text,
        "lastAppResponse": session.answer,
    }
    fields |= {"errorMessage": error} if error else {}
    soon(0, network.post, "/ussd/ended", phone, fields)
