"""SMS both ways: what the product sends, its delivery reports, what a handset sends, opting out."""

from dataclasses import dataclass
from uuid import uuid4

from lite.phone import ussd
from lite.phone.alphabet import measure
from lite.phone.network import NETWORK_CODE, Network, soon
from lite.phone.state import NUMBER, Refused, Sms

PRICE_OF_A_SEGMENT = 0.48  # dirhams, of the order of Moroccan bulk prices


@dataclass(frozen=True)
class Receipt:
    """The gateway's word on one recipient; `code` is 101, or why it was refused (403, 406)."""

    number: str
    code: int = 101
    status: str = "Success"
    message_id: str = "None"
    segments: int = 0

    @property
    def cost(self) -> float:
        return self.segments * PRICE_OF_A_SEGMENT


def accept(network: Network, number: str, text: str, sender: str) -> Receipt:
    """Take one SMS of the product for one number; it is delivered at once if the handset is on."""
    if not NUMBER.fullmatch(number):
        return Receipt(number, 403, "InvalidPhoneNumber")
    with network.board.change(number) as handset:
        if handset.optout:
            return Receipt(number, 406, "UserInBlacklist")
        message = Sms(f"ATXid_{uuid4().hex}", sender, text, network.date(), False, "waiting")
        handset.sms.append(message)
    soon(network.pace.report, deliver, network, number)
    return Receipt(number, message_id=message.id, segments=measure(text).segments)


def deliver(network: Network, phone: str) -> None:
    """Bring what waits to a handset that is on, and tell the product: `Sent`, then `Success`."""
    for message in _arrived(network, phone):
        for status in ("Sent", "Success"):
            with network.board.change(phone):
                message.status = status
            fields = {
                "id": message.id,
                "status": status,
                "phoneNumber": phone,
                "networkCode": NETWORK_CODE,
            }
            network.post("/delivery", phone, fields)


def _arrived(network: Network, phone: str) -> list[Sms]:
    """Claimed here at once, so that two deliveries never report the same SMS."""
    with network.board.change(phone) as handset:
        arrived = [sms for sms in handset.sms if sms.status == "waiting" and handset.power]
        for sms in arrived:
            sms.status = "Sent"
    return arrived


def switch(network: Network, phone: str, power: bool) -> None:
    """Switch a handset on or off: its session ends; once on, it receives what waited."""
    ussd.hang_up(network, phone)
    with network.board.change(phone) as handset:
        handset.power, handset.drop = power, False
    if power:
        soon(0, deliver, network, phone)


def send(network: Network, phone: str, text: str, to: str = "") -> str:
    """Send an SMS from a handset to the short code; the product is told until it answers 200.

    Returns the identifier of the message. Raises Refused: number, off, empty.
    """
    if not text:
        raise Refused("empty")
    code = to or network.short_code
    with network.board.change(phone) as handset:
        if not handset.power:
            raise Refused("off")
        message = Sms(str(uuid4()), code, text, network.date(), True, "sending")
        handset.sms.append(message)
    network.board.keep_inbound(phone, message)
    soon(0, _hand_over, network, phone, message, network.pace.tries)
    return message.id


def _hand_over(network: Network, phone: str, message: Sms, tries: int) -> None:
    fields = {
        "date": message.at,
        "from": phone,
        "id": message.id,
        "linkId": "",
        "text": message.text,
        "to": message.other,
        "cost": "MAD 0.00",
        "networkCode": NETWORK_CODE,
    }
    taken = network.post("/sms", phone, fields).status == 200
    if not taken and tries > 1:
        soon(network.pace.retry, _hand_over, network, phone, message, tries - 1)
        return
    with network.board.change(phone):
        message.status = "taken" if taken else "refused"


def opt_out(network: Network, phone: str, out: bool) -> None:
    """Refuse the product's SMS from now on (it is told), or take them again (it is not: the
    gateway has no event for that)."""
    with network.board.change(phone) as handset:
        handset.optout = out
        senders = [sms.other for sms in handset.sms if not sms.mine]
    if out:
        sender = senders[-1] if senders else network.short_code
        soon(0, network.post, "/optout", phone, {"senderId": sender, "phoneNumber": phone})
