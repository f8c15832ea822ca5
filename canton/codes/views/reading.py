"""What reads codes from texts besides rules: the confidence below which people are asked, labels, model."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from canton.accounts.access import requires
from canton.centres.access import ViewerRequest, editor
from canton.kernel.errors import CantonError
from canton.shell import flash
from canton.shell.exports import csv_response

from .. import selectors, services
from ..errors import ModelBroken
from ..forms import ThresholdForm
from ..models import TextThreshold

UNPROCESSABLE = 422
SHOWN = 20  # entries of the history


@requires("codes.view_code")
@require_GET
def reading(request: ViewerRequest) -> HttpResponse:
    """The confidence that holds and its history, how many labels there are, how the model was measured."""
    return _page(request, ThresholdForm(initial={"percent": selectors.enough_percent()}))


@requires("codes.change_code")
@require_http_methods(["POST"])
def threshold(request: ViewerRequest) -> HttpResponse:
    """Say another confidence; it holds for batches classified from now on."""
    form = ThresholdForm(request.POST)
    if form.is_valid():
        try:
            services.change_threshold(form.cleaned_data["percent"], by=editor(request), now=timezone.now())
        except CantonError as error:
            form.add_error("percent", error.message)
        else:
            flash.done(request, _("It holds for batches that are classified from now on."))
            return redirect("codes:reading")
    return _page(request, form, status=UNPROCESSABLE)


@requires("codes.change_code")
@require_GET
def labels(request: ViewerRequest) -> HttpResponseBase:
    """Every label as a file to train with; who took it is kept."""
    by = editor(request)
    rows = services.export_labels(by=by.number, centre=by.centre.code, address=by.address, now=timezone.now())
    return csv_response("labels.csv", ["text", "code", "source"], iter(rows))


def _page(request: ViewerRequest, form: ThresholdForm, *, status: int = 200) -> HttpResponse:
    model, damaged = _model()
    content = {
        "form": form, "holds": selectors.enough_percent(), "history": TextThreshold.objects.all()[:SHOWN],
        "counts": selectors.label_counts(), "model": model, "damaged": damaged,
        "may_edit": request.user.has_perm("codes.change_code"),
    }  # fmt: skip
    return render(request, "codes/reading.html", content, status=status)


def _model() -> tuple[selectors.ModelFacts | None, ModelBroken | None]:
    """What the model says of itself, and what is wrong with it."""
    try:
        return selectors.model_facts(), None
    except ModelBroken as error:
        return None, error
