"""Pages of the door that are not django-allauth's: following an invitation."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import invitations
from accounts.door_forms import FirstPasswordForm
from ops.access import public
from ops.errors import Refused


@public(methods=["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows whom it is for, POST chooses the password (ruling 2)."""
    whom = invitations.invited(token)
    form = FirstPasswordForm(request.POST or None)
    if request.method == "POST" and whom is not None and form.is_valid():
        try:
            with transaction.atomic():
                invitations.accept(token, password=form.cleaned_data["password1"])
        except Refused as refused:
            form.add_error(refused.field, refused.sentence)
        else:
            messages.success(request, "Your password is saved. Sign in with it.")
            return redirect("account_login")
    status = 404 if whom is None else 422 if form.errors else 200
    return render(request, "accounts/invitation.html", {"whom": whom, "form": form}, status=status)
