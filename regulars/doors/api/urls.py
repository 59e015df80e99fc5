"""The addresses of the API, and of the probes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseNotAllowed
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.defaults import bad_request

from regulars.doors.api.interface import api
from regulars.doors.api.probes import healthz, readyz
from regulars.doors.api.problems import Problem, answer, problem_of

View = Callable[..., HttpResponseBase]


def plain(view: View) -> View:
    """The view, with every refusal as a problem, also those that are made before or after an operation runs."""

    @csrf_exempt  # no cookie opens anything here
    @wraps(view)
    def answered(request: HttpRequest, *args: object, **values: object) -> HttpResponseBase:
        try:
            response = view(request, *args, **values)
        except Exception as error:  # noqa: BLE001 - whatever it is, its text stays in the house
            return answer(problem_of(error))
        if isinstance(response, HttpResponseNotAllowed):
            response = answer(Problem("method_not_allowed", headers={"Allow": response["Allow"]}))
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answered


def not_taken(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that came to no operation and no page: to programs a problem, to people a page."""
    if not request.path.startswith("/v1/"):
        return bad_request(request, exception)
    return answer(Problem("unknown_host") if isinstance(exception, DisallowedHost) else problem_of(exception))


def nowhere(request: HttpRequest) -> HttpResponse:
    """An address below /v1/ that is none."""
    raise Problem("no_such_operation")


def _addresses() -> list[URLPattern]:
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        pattern.callback = plain(pattern.callback)
    return [*patterns, re_path("", plain(nowhere))]


urlpatterns = [
    path("v1/", (_addresses(), "ninja", api.urls_namespace)),
    path("healthz", healthz),
    path("readyz", readyz),
]
