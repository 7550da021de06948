"""Who is told what of quotes, as shipped: the agent of what the customer or the day has done."""

from ops.notices.shipped import Shipped
from orders.quotes.stages import ACCEPTED, EXPIRED, LOST

rules = [
    Shipped("quote", "event", "quote.viewed", "agent"),
    Shipped("quote", "stage", ACCEPTED, "agent"),
    Shipped("quote", "stage", LOST, "agent"),
    Shipped("quote", "stage", EXPIRED, "agent"),
]
