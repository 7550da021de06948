"""What can happen to a customer, each with its sentence. Declared once; the timeline reads it."""

from ops.events import Kind, declare

declare(
    Kind("customer.added", "added the customer", "user-plus"),
    Kind("customer.edited", "changed {fields}", "pencil"),
    Kind("customer.kept", "gave the customer to {keeper}", "user-round-check"),
    Kind("customer.contact_added", "added {value}", "plus", personal=frozenset({"value"})),
    Kind("customer.contact_dropped", "took {value} away", "x", personal=frozenset({"value"})),
    Kind("customer.contact_main", "made {value} the main one", icon="star", personal=frozenset({"value"})),
    Kind("customer.merged", "merged {other} into this customer: {moved} came along", "merge", frozenset({"other"})),
    Kind("customer.merged_away", "found that this is {other}, and merged them", "merge", frozenset({"other"})),
    Kind("customer.unmerged", "took {other} out again", "split", frozenset({"other"})),
    Kind("customer.restored", "made this a customer of their own again", "split"),
    Kind("customers.imported", "loaded {file}: {new} new, {changed} changed, {same} as before", "file-down"),
)
