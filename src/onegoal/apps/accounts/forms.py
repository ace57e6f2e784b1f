"""Forms of sign-in, passwords, users, teams and tokens."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.accounts.services_tokens import TokenScope


class SignInForm(AuthenticationForm):
    """E-mail and password; one message whatever was wrong."""

    error_messages = {
        "invalid_login": _("The e-mail or the password is not right."),
        "inactive": _("The e-mail or the password is not right."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.EmailField(
            label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"})
        )  # fmt: skip

    def clean_username(self) -> str:
        # One spelling: otherwise each change of case would get its own count of wrong tries.
        return self.cleaned_data["username"].strip().lower()


class NewPasswordForm(forms.Form):
    """A password chosen by the person themselves, written twice."""

    password = forms.CharField(
        label=_("New password"), max_length=200, strip=False, help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("The same again"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "password" in data and data.get("again") != data["password"]:
            self.add_error("again", _("The two passwords differ."))
        return data


class ChangePasswordForm(NewPasswordForm):
    """A new password, allowed by the old one."""

    old = forms.CharField(
        label=_("Current password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    field_order = ["old", "password", "again"]

    def clean_old(self) -> str:
        if not self.user.check_password(self.cleaned_data["old"]):
            raise forms.ValidationError(_("This is not your current password."))
        return self.cleaned_data["old"]


class ProfileForm(forms.ModelForm):
    """What everybody may change of themselves."""

    class Meta:
        model = User
        fields = ["name", "language", "theme"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            ("", _("as the browser")),
            *self._meta.model._meta.get_field("language").choices,
        ]


class UserForm(forms.ModelForm):
    """What an administrator says of a colleague."""

    class Meta:
        model = User
        fields = ["name", "email", "role", "team", "projects", "joined_on", "left_on"]
        widgets = {day: forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}) for day in ("joined_on", "left_on")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = self.instance.pk is None
        projects = self.fields["projects"]
        projects.widget = forms.CheckboxSelectMultiple(choices=projects.choices)  # type: ignore[attr-defined]

    def clean_left_on(self) -> dt.date | None:
        joined, left = self.cleaned_data.get("joined_on"), self.cleaned_data.get("left_on")
        if joined and left and left < joined:
            raise forms.ValidationError(_("This is before the day of joining."))
        return left

    def clean_email(self) -> str | None:
        email = (self.cleaned_data.get("email") or "").strip().lower() or None
        if email and User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody else has this e-mail."))
        return email

    def save(self, commit: bool = True) -> User:
        raise NotImplementedError("users are stored by services_users")


class TeamForm(forms.ModelForm):
    """A team and who answers for it."""

    class Meta:
        model = Team
        fields = ["name", "supervisor"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supervisor"].queryset = User.objects.order_by("name")  # type: ignore[attr-defined]


SCOPE_WORDS = {
    TokenScope.READ_FIGURES: _("read figures"),
    TokenScope.READ_RECORDS: _("read records"),
    TokenScope.WRITE_RECORDS: _("write records"),
}


class TokenForm(forms.Form):
    """A name, what the token may do, and until when."""

    name = forms.CharField(label=_("What it is for"), max_length=120)
    scopes = forms.MultipleChoiceField(
        label=_("May"), choices=[(scope.value, words) for scope, words in SCOPE_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave empty for no end."),
    )  # fmt: skip

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_valid_until(self) -> dt.date | None:
        day = self.cleaned_data["valid_until"]
        if day and day < self.today:
            raise forms.ValidationError(_("This day is over."))
        return day

    def expires_at(self) -> dt.datetime | None:
        """Return the moment after the last valid day."""
        day = self.cleaned_data["valid_until"]
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC) if day else None
