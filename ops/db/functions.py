"""What PostgreSQL says when a row is made."""

from django.db import models
from django.db.models import Func


class DatabaseNow(Func):
    """ops.now(): the real clock, unless the owner has set another one for the demo shop (ruling 11)."""

    function = "ops.now"
    output_field = models.DateTimeField()


class UuidV7(Func):
    function = "uuidv7"
    output_field = models.UUIDField()
