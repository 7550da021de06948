"""Silence: a customer who does not want mails about their orders."""

from django.conf import settings
from django.db import models

from customers.models import Customer
from ops.db.history import records
from ops.models import DatabaseNow


class Silence(models.Model):
    """The customer is written to no more, until the row goes. `by` is null when they said so themselves."""

    customer = models.OneToOneField(Customer, models.PROTECT, primary_key=True, related_name="silence")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_constraint=False, related_name="+")
    said = models.CharField(max_length=200, blank=True, db_default="", help_text="How they said so.")
    at = models.DateTimeField(db_default=DatabaseNow())

    history = records()
