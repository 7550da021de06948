"""Who is told may open it: what ops.order_seen says of every person and order is what visible_to says."""

from customers.models import Customer
from orders.models import Order


def test_everybody_of_the_world_is_told_of_exactly_the_orders_they_may_see(world, as_owner_in_django):
    people, orders = list(world.people.items()), list(Order.objects.values_list("pk", flat=True))
    with world.owner() as owner:
        for name, person in people:
            asked = owner.attempt(
                None, "select subject_id from ops.order_seen(%s, %s, '{}')", [orders, [person.pk] * len(orders)]
            )
            assert asked.ok, asked.said
            seen = set(Order.objects.visible_to(person).values_list("pk", flat=True))
            assert {pk for (pk,) in asked.rows} == seen, name


def test_everybody_is_told_of_exactly_the_customers_they_may_see(world, as_owner_in_django):
    customers = list(Customer.objects.values_list("pk", flat=True))
    with world.owner() as owner:
        for name, person in world.people.items():
            asked = owner.attempt(
                None,
                "select subject_id from ops.customer_seen(%s, %s, '{}')",
                [customers, [person.pk] * len(customers)],
            )
            assert asked.ok, asked.said
            seen = set(Customer.objects.visible_to(person).values_list("pk", flat=True))
            assert {pk for (pk,) in asked.rows} == seen, name


def test_a_preview_sees_what_the_move_would_leave_to_see(world, as_owner_in_django):
    order, floor = world.orders["agent/ready_to_ship"], world.people["production"].pk
    with world.owner() as owner:

        def sees(assume: str) -> bool:
            return bool(
                owner.attempt(None, f"select 1 from ops.order_seen(%s, %s, '{assume}')", [[order], [floor]]).rows
            )

        assert sees("{}")
        assert not sees('{"stage": "shipped"}')
        assert not sees('{"cancelled": true}')
