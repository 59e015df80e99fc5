"""All checks, in the order of their codes. A family that is not imported here does not exist."""

from __future__ import annotations

from regulars.programme.checks import (
    accounting,
    arrears,
    captivity,
    changing,
    complaints,
    contact,
    employees,
    house,
    leaving,
    loyalty_penalty,
    measuring,
    privacy,
    referring,
    renewing,
    rising,
    running_out,
)
from regulars.programme.checks.registry import REGISTERED, Check

#: The families by their letters: what each is about, and the modules that hold it.
FAMILIES = {
    "LP": ("Loyalty penalty: nobody is worse off for having stayed", (loyalty_penalty, rising)),
    "CAP": ("Captivity: nobody is held against their will", (captivity, renewing, leaving, changing)),
    "ARR": ("Arrears: whoever falls behind is helped, not pressed", (arrears,)),
    "CON": ("Contact, referral, trust: nobody is pestered, used, or doubted", (contact, referring)),
    "ACC": ("Accounting: what was paid for is theirs", (accounting,)),
    "PRV": ("Privacy: nobody is known better than they wish", (privacy,)),
    "CMP": ("Complaints: nobody pays for having said something", (complaints,)),
    "MEA": ("Measuring: no figure claims more than it knows", (measuring,)),
    "EMP": ("Employees: nobody is paid to work against members", (employees,)),
    "HOUSE": ("The house's own rules", (house, running_out)),
}

CHECKS: tuple[Check, ...] = tuple(
    sorted(REGISTERED.values(), key=lambda check: (list(FAMILIES).index(check.family), check.order()))
)
BY_CODE = {check.code: check for check in CHECKS}
