"""Wait."""

from ninja import Router

router = Router()
