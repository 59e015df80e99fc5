"""The programme's own colours, as the stylesheet that the portal's pages link."""

from __future__ import annotations

import logging
from functools import lru_cache
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from regulars.doors.look.branding import Brand, BrandRefused, stylesheet
from regulars.doors.portal.receiving import promise_at
from regulars.ground.installation.facts import now

_log = logging.getLogger(__name__)
_PLAIN = "/* The look of the house. */\n"


def show(request: HttpRequest) -> HttpResponse:
    """The stylesheet of the version in force; pages ask for it with that version's number, so it may be kept."""
    promise = promise_at(now())
    brand = promise.kernel.terms.programme.header.brand if promise else None
    css = _css(Brand(name=brand.name, accent=brand.accent)) if brand else _PLAIN
    etag = quote_etag(sha256(css.encode()).hexdigest()[:32])
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=3600"
    return get_conditional_response(request, etag=etag, response=response) or response


@lru_cache(maxsize=8)
def _css(brand: Brand) -> str:
    try:
        return stylesheet(brand)
    except BrandRefused as refused:
        _log.warning("The brand of %s is not used (%s): %s", brand.name, refused.code, refused.sentence)
        return _PLAIN
