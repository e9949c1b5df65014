"""Templates whose macros others import, twenty times a page."""

from __future__ import annotations

from flask import Flask
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context


class Shared(Template):
    """A template that is given no globals of its own, as none of the portal's is."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        # who imports could bring other globals; to compare them all was a tenth of a draft page
        return super()._get_default_module()


def init_app(app: Flask) -> None:
    """An import in a template costs a look."""
    app.jinja_env.template_class = Shared
