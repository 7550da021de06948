"""The five stages of an order and the moves between them (A4). `make rules` prints the table."""

from ops.lifecycle import ArrowDef, Lifecycle, StageDef

RECEIVED = "received"
IN_PRODUCTION = "in_production"
READY_TO_SHIP = "ready_to_ship"
SHIPPED = "shipped"
DELIVERED = "delivered"

SALES = ("orders_all", "orders_own")
FLOOR = ("orders_all", "orders_floor")
_UNDO_MINUTES = 10


def _back(from_stage: str, to_stage: str, scopes: tuple[str, ...]) -> ArrowDef:
    """Whoever may move on may take the move back for ten minutes; later only who sees every order (A31, A72)."""
    return ArrowDef(from_stage, to_stage, scopes, True, _UNDO_MINUTES, ("orders_all",))


lifecycle = Lifecycle(
    noun="order",
    stages=[
        StageDef(RECEIVED, "Received", "received", "open", chaser="sales_agent", limit_hours=24),
        StageDef(IN_PRODUCTION, "In production", "production", "working", chaser="production", limit_hours=96),
        StageDef(READY_TO_SHIP, "Ready to ship", "ready", "ready", chaser="sales_agent", limit_hours=24),
        StageDef(SHIPPED, "Shipped", "dispatched", "moving", chaser="sales_agent", limit_hours=120),
        StageDef(DELIVERED, "Delivered", "delivered", "done"),
    ],
    arrows=[
        ArrowDef("", RECEIVED, (*SALES, "orders_import", "intake")),
        ArrowDef(RECEIVED, IN_PRODUCTION, SALES),
        ArrowDef(IN_PRODUCTION, READY_TO_SHIP, FLOOR),
        ArrowDef(READY_TO_SHIP, SHIPPED, SALES),
        ArrowDef(SHIPPED, DELIVERED, SALES),
        _back(IN_PRODUCTION, RECEIVED, SALES),
        _back(READY_TO_SHIP, IN_PRODUCTION, FLOOR),
        _back(SHIPPED, READY_TO_SHIP, SALES),
        _back(DELIVERED, SHIPPED, SALES),
        # A file brings orders in where they already are.
        *(ArrowDef("", stage, ("orders_import",)) for stage in (IN_PRODUCTION, READY_TO_SHIP, SHIPPED, DELIVERED)),
    ],
)
