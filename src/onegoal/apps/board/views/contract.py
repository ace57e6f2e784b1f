"""The contract step of a deal."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.board import services
from onegoal.apps.board.forms import ContractForm
from onegoal.apps.board.refusals import ContractIncomplete
from onegoal.apps.board.views.common import deal_or_404, panel_html, redrawn, refusable

_KEY = "deal-contract"


@requires(Right.WRITE_SALES)
@require_POST
@refusable(_KEY)
def sign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Sign the deal, or say all that is missing."""
    deal = deal_or_404(request, pk)
    form = ContractForm(request.POST)
    if not form.is_valid():
        request.deal_contract_form = form  # type: ignore[attr-defined]
        return HttpResponse(panel_html(request, deal, _KEY), status=422)
    if form.cleaned_data["signed_on"] is None:
        raise ContractIncomplete([_("Say on which day it was signed.")])
    services.sign_contract(deal=deal, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Signed. The product is sold."))
    return redrawn(request, pk, _KEY)
