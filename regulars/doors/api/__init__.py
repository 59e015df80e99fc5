"""The API: how tills, shops and apps speak to the house, under `/v1`.

- `interface`: the application of all operations, and its OpenAPI document; `urls` gives them their addresses
- `events`, `points`, `members`, `quotes`: the operations; each reads its request, calls an act and writes the answer
- `asks`, `acts`: what is asked of a member's points, and how it is done once and answered alike
- `gate`: bearer keys and their scopes; `limits`: how often one key may ask
- `bodies`, `unfolding`: from the bytes of a request to events that keep the contract, each judged by itself
- `taking`: the act behind `POST /v1/events`: what is good is recorded, what is not is set aside
- `recalling`: the points that an event moved; `keeping`: the same answer for the same Idempotency-Key
- `problems`, `refusals`: every code, of requests and of events (docs/api.md); `places`: what is wrong where
- `shapes`, `schemas`, `describing`: what the OpenAPI document says; `reference` shows it as a page
- `probes`: `/healthz` and `/readyz`
"""
