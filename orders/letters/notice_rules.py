"""Who is told what of orders, as shipped. A shop switches off, tells otherwise, and adds its own."""

from ops.notices.shipped import Shipped
from orders.stages import DELIVERED, IN_PRODUCTION, READY_TO_SHIP, RECEIVED, SHIPPED

rules = [
    Shipped("order", "stage", RECEIVED, "agent"),
    Shipped("order", "stage", RECEIVED, "customer", "mail"),
    Shipped("order", "stage", IN_PRODUCTION, "assignee"),
    Shipped("order", "stage", IN_PRODUCTION, "watchers"),
    Shipped("order", "stage", READY_TO_SHIP, "agent", "both"),
    Shipped("order", "stage", READY_TO_SHIP, "watchers"),
    Shipped("order", "stage", SHIPPED, "agent"),
    Shipped("order", "stage", SHIPPED, "watchers"),
    Shipped("order", "stage", SHIPPED, "customer", "mail"),
    Shipped("order", "stage", DELIVERED, "agent"),
    Shipped("order", "stage", DELIVERED, "watchers"),
    Shipped("order", "stage", DELIVERED, "customer", "mail"),
    Shipped("order", "event", "order.handed_over", "agent", "both"),
    Shipped("order", "event", "order.held", "agent"),
    Shipped("order", "event", "order.held", "assignee"),
    Shipped("order", "event", "order.released", "assignee"),
    Shipped("order", "event", "order.cancelled", "agent", "both"),
    Shipped("order", "event", "order.cancelled", "manager"),
]
