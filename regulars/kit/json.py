"""JSON as bytes, fast and exact: decimals stay decimals in text, whole numbers stay whole."""

from __future__ import annotations

import msgspec

encode = msgspec.json.Encoder(decimal_format="string").encode
decode = msgspec.json.Decoder().decode
