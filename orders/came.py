"""What the move that is taken back had set besides the stage: read from the order's own history."""

from django.db import connection

from orders.models import Order

_SET_BY_THE_MOVE = """
select c.old from (select txid, request from ops_transition
                    where noun = 'order' and subject_id = %s and to_stage = %s and not undo order by id desc limit 1) t
  join orders_order_changes c on c.subject_id = %s and c.field = 'assignee_id' and c.history_txid = t.txid
   and coalesce(c.history_request, '') = coalesce(t.request, '')
 where c.new = %s order by c.history_id desc limit 1
"""


def came_with_assignee(order: Order) -> bool:
    """Puts back who had it before the move into its stage, when that move chose somebody and nobody else has since."""
    with connection.cursor() as cursor:
        cursor.execute(_SET_BY_THE_MOVE, [order.pk, order.stage, order.pk, str(order.assignee_id)])
        found = cursor.fetchone()
    if found is None:
        return False
    order.assignee_id = int(found[0]) if found[0] else None
    return True
