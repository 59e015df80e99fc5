"""Renders a scrap of component markup the way a template file is rendered."""

from collections.abc import Callable

import pytest
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

Render = Callable[..., str]


@pytest.fixture
def render() -> Render:
    """`render('<c-badge>new</c-badge>', **context)` gives the HTML, in English unless the test says otherwise."""

    def rendered(markup: str, **context: object) -> str:
        template = Template(CottonCompiler().process(markup))
        with translation.override(str(context.pop("language", "en"))):
            return template.render(RequestContext(RequestFactory().get("/console/"), context))

    return rendered
