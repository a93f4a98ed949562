"""The phone simulator of the demo: handsets and inboxes that speak the gateway's protocol.

It stands where Africa's Talking stands in production: the real SDK posts to it, it posts the
callbacks. It knows the product by HTTP alone and shares no code with it, so that a mistake made
on one side cannot hide on the other.
"""
