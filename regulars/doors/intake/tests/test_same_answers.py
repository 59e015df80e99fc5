"""The tests of POST /v1/events, once more: over the wire, through the intake."""

from regulars.doors.api.tests import test_events, test_idempotency

#: These reach into the process of the server, or bring a house of their own.
INSIDE = {
    "test_work_that_fails_leaves_neither_its_rows_nor_an_answer",
    "test_while_the_first_is_under_way_the_second_is_told_to_wait",
    "test_of_many_at_once_one_does_the_work_and_all_agree",
    "test_of_many_at_once_without_a_key_each_event_is_still_recorded_once",
}
for _module in (test_events, test_idempotency):
    globals().update(
        {name: test for name, test in vars(_module).items() if name.startswith("test_") and name not in INSIDE}
    )
