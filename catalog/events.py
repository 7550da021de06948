"""What can happen to a product, each with its sentence. Declared once; the story of its page reads it."""

from ops.events import Kind, declare

declare(
    Kind("product.added", "added the product", "plus"),
    Kind("product.edited", "changed {fields}", "pencil"),
    Kind("product.activated", "made it active", "circle-check"),
    Kind("product.deactivated", "made it inactive", "ban"),
    Kind("products.imported", "loaded {file}: {new} new, {changed} changed, {same} as before", "file-down"),
)
