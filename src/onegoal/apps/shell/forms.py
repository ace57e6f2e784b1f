"""Forms of the shell: names of saved views."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ViewNameForm(forms.Form):
    """The name of a saved view."""

    name = forms.CharField(label=_("Name of the view"), max_length=80, strip=True)


class NewViewForm(ViewNameForm):
    """A view to be kept: its page and address come from the page itself."""

    page = forms.CharField(max_length=80)
    query = forms.CharField(required=False, max_length=4_000)
