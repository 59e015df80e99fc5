"""The addresses of the console. Every page is for staff only."""

from __future__ import annotations

from django.urls import path

from regulars.doors.console import (
    home,
    member,
    member_lots,
    member_statement,
    members,
    quarantine,
    sign_in_link,
    slipping,
)
from regulars.doors.console.admitting import counter_only, finance_only, keepers_only, staff_only
from regulars.doors.console.counter import (
    deciding,
    desk,
    forfeiting,
    goodwill,
    household,
    merging,
    missing,
    redeeming,
    returning,
    rewarding,
)
from regulars.doors.console.finance import closing, months, till
from regulars.doors.console.messages import letters, of_member, outbox
from regulars.doors.console.programme import draft, promise, publish, tryouts, versions
from regulars.doors.console.programme.holding import holding

app_name = "console"
urlpatterns = [
    path("", staff_only(home.show), name="home"),
    path("slipping/", staff_only(slipping.show), name="slipping"),
    path("members/", staff_only(members.show), name="members"),
    # A member number may hold a slash, so what follows it is looked for first.
    path("members/<path:number>/statement/", staff_only(member_statement.show), name="member_statement"),
    path("members/<path:number>/timeline/", staff_only(member.show_timeline), name="member_timeline"),
    path("members/<path:number>/lots/", staff_only(member_lots.show), name="member_lots"),
    path("members/<path:number>/messages/", staff_only(of_member.show), name="member_messages"),
    path("members/<path:number>/messages/<uuid:id>/back/", staff_only(of_member.back), name="message_back"),
    path("members/<path:number>/sign-in-link/", counter_only(sign_in_link.make), name="sign_in_link"),
    path("members/<path:number>/counter/", counter_only(desk.show), name="counter"),
    path("members/<path:number>/counter/redeem/", counter_only(redeeming.redeem), name="redeem"),
    path("members/<path:number>/counter/rewards/<slug:reward>/", counter_only(rewarding.hand_over), name="reward"),
    path(
        "members/<path:number>/counter/rewards/<slug:reward>/aside/",
        counter_only(rewarding.set_aside),
        name="reward_aside",
    ),
    path("members/<path:number>/counter/holds/<uuid:hold>/capture/", counter_only(redeeming.capture), name="capture"),
    path("members/<path:number>/counter/holds/<uuid:hold>/release/", counter_only(redeeming.release), name="release"),
    path("members/<path:number>/counter/spent/<uuid:event>/", counter_only(redeeming.cancel), name="cancel"),
    path("members/<path:number>/counter/purchases/<uuid:event>/", counter_only(returning.bring), name="bring_back"),
    path("members/<path:number>/counter/goodwill/", counter_only(goodwill.decide_goodwill), name="goodwill"),
    path("members/<path:number>/counter/forfeit/", counter_only(forfeiting.begin), name="forfeit"),
    path("members/<path:number>/counter/forfeit/<uuid:id>/objection/", counter_only(forfeiting.hear), name="hear"),
    path("members/<path:number>/counter/forfeit/<uuid:id>/", finance_only(forfeiting.settle), name="settle"),
    path("members/<path:number>/counter/missing/<uuid:id>/", counter_only(missing.answer), name="missing"),
    path("members/<path:number>/counter/merging/", counter_only(merging.show), name="merging"),
    path("members/<path:number>/counter/merging/both/", counter_only(merging.decide), name="merge"),
    path("members/<path:number>/counter/merging/undo/", counter_only(merging.undo), name="unmerge"),
    path("members/<path:number>/counter/household/", counter_only(household.open_one), name="household_open"),
    path("members/<path:number>/counter/household/leave/", counter_only(household.leave), name="household_leave"),
    path("households/<path:number>/join/", counter_only(household.join), name="household_join"),
    path("households/<path:number>/", staff_only(household.show), name="household"),
    path("members/<path:number>/counter/proposals/<uuid:id>/", finance_only(deciding.respond), name="respond"),
    path("members/<path:number>/", staff_only(member.show), name="member"),
    path("deciding/", staff_only(deciding.show), name="deciding"),
    path("rewards/", staff_only(rewarding.show_waiting), name="rewards"),
    path("programme/", staff_only(promise.show), name="programme"),
    path("programme/versions/", staff_only(versions.show_all), name="versions"),
    path("programme/versions/<int:number>/", staff_only(versions.show), name="version"),
    path("programme/versions/<int:number>/withdraw/", keepers_only(versions.withdraw), name="withdraw"),
    path("programme/versions/<int:old>/<int:new>/", staff_only(versions.compare), name="versions_compared"),
    path("programme/draft/", holding(keepers_only(draft.edit)), name="draft"),
    path("programme/draft/changes/", keepers_only(draft.compare), name="draft_compared"),
    path("programme/draft/try/", keepers_only(draft.try_out), name="draft_tried"),
    path("programme/draft/take/<int:number>/", keepers_only(draft.take), name="draft_taken"),
    path("programme/draft/rebase/", keepers_only(draft.rebase), name="draft_rebase"),
    path("programme/draft/discard/", keepers_only(draft.discard), name="draft_discard"),
    path("programme/draft/publish/", keepers_only(publish.show), name="publish"),
    path("programme/draft/replace/", keepers_only(publish.replace), name="replace"),
    path("programme/try-outs/", staff_only(tryouts.show_all), name="tryouts"),
    path("programme/try-outs/<uuid:id>/", staff_only(tryouts.show), name="tryout"),
    path("programme/try-outs/<uuid:id>/report/", staff_only(tryouts.report), name="tryout_report"),
    path("programme/try-outs/<uuid:id>/compared/", staff_only(tryouts.compared), name="tryout_compared"),
    path("programme/try-outs/<uuid:id>/cancel/", keepers_only(tryouts.cancel), name="tryout_cancel"),
    path("programme/try-outs/<uuid:id>/again/", keepers_only(tryouts.again), name="tryout_again"),
    path("finance/", finance_only(months.show_all), name="finance"),
    path("finance/till/", finance_only(till.show), name="till"),
    path("finance/till/tell/", finance_only(till.tell), name="till_told"),
    path("finance/till/<str:day>/", finance_only(till.show_day), name="till_day"),
    path("finance/<str:month>/", finance_only(months.show), name="month"),
    path("finance/<str:month>/close/", finance_only(closing.close_month), name="month_close"),
    path("finance/<str:month>/journal.csv", finance_only(closing.take_journal), name="month_journal"),
    path("finance/<str:month>/entries.zip", finance_only(closing.take_entries), name="month_entries"),
    path("messages/", staff_only(outbox.show), name="messages"),
    path("messages/letters/", staff_only(letters.show), name="letters"),
    path("messages/letters/print/", staff_only(letters.print_them), name="letters_print"),
    path("messages/letters/sheets/", staff_only(letters.sheets), name="letter_sheets"),
    path("messages/letters/post/", staff_only(letters.post), name="letters_post"),
    path("quarantine/", staff_only(quarantine.show), name="quarantine"),
    path("quarantine/<uuid:id>/take/", staff_only(quarantine.take_again), name="take_again"),
]
