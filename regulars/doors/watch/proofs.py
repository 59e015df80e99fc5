"""What the last proof of the ledger found, kept for those who watch."""

from __future__ import annotations

from regulars.exchange.ledger.proving import Proof
from regulars.ground.installation.facts import now, remember
from regulars.insight.shop.running import LAST_PROOF


def remember_proof(proof: Proof) -> None:
    """Keep the result of a proof of the whole ledger, dated by the installation's clock."""
    told = {"at": now().timestamp(), "accounts": proof.accounts, "differences": len(proof.differences)}
    remember(LAST_PROOF, told)
