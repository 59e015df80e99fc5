"""Calendar periods of a programme's zone, and the windows that tiers look through."""

from __future__ import annotations

from datetime import date

from regulars.kit.zones import add_months


def period_key(per: str, day: int) -> int:
    """A whole number that is the same for all days of one `day`, ISO `week`, `month`, `year` or `ever`."""
    if per == "day":
        return day
    if per == "week":
        return (day - 1) // 7  # ordinal 1 was a Monday
    if per == "ever":
        return 0
    moment = date.fromordinal(day)
    return moment.year if per == "year" else moment.year * 12 + moment.month - 1


def next_period(per: str, day: int) -> int:
    """The first day after the `day`, `week`, `month` or `year` that `day` lies in; 0 after `ever`."""
    moment = date.fromordinal(day)
    if per == "month":
        return add_months(moment.replace(day=1).toordinal(), 1)
    if per == "year":
        return date(moment.year + 1, 1, 1).toordinal()
    return {"day": day + 1, "week": day + 7 - (day - 1) % 7}.get(per, 0)


def period_start(per: str, day: int) -> int:
    """The first day of the `day`, `week`, `month` or `year` that `day` lies in; 0 of `ever`."""
    moment = date.fromordinal(day)
    if per in ("month", "year"):
        return moment.replace(day=1, month=1 if per == "year" else moment.month).toordinal()
    return {"day": day, "week": day - (day - 1) % 7}.get(per, 0)


def membership_year(joined_day: int, day: int) -> tuple[int, int]:
    """First and last day of the membership year that `day` lies in (the first one, for a day before joining)."""
    joined, moment = date.fromordinal(joined_day), date.fromordinal(day)
    years = max(0, moment.year - joined.year)
    if years and add_months(joined_day, 12 * years) > day:
        years -= 1
    return add_months(joined_day, 12 * years), add_months(joined_day, 12 * (years + 1)) - 1


def window_start(window: str, months: int, joined_day: int, day: int) -> int:
    """The first day that counts when the window is looked at on `day`."""
    if window == "rolling":
        return add_months(day, -months) + 1
    if window == "calendar_year":
        return date(date.fromordinal(day).year, 1, 1).toordinal()
    return membership_year(joined_day, day)[0]


def kept_until(window: str, keep_months: int, joined_day: int, day: int) -> int:
    """The last day through which a tier reached or renewed on `day` is kept."""
    if window == "rolling":
        return add_months(day, keep_months)
    if window == "calendar_year":
        return date(date.fromordinal(day).year + 1, 12, 31).toordinal()
    end = membership_year(joined_day, day)[1]
    return membership_year(joined_day, end + 1)[1]
