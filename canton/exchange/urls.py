"""Addresses of formats and links."""

from django.urls import path

from . import api
from .views import formats, links, returned, schedule, terminal

app_name = "exchange"
urlpatterns = [
    path("data/formats/", formats.formats, name="formats"),
    path("data/formats/<slug:name>/<str:version>/", formats.format, name="format"),
    path("formats/<slug:name>/<str:version>/schema.json", formats.schema, name="schema"),
    path("exchange/", terminal.terminal, name="terminal"),
    path("exchange/remind/", terminal.chase, name="chase"),
    path("exchange/outgoing/", terminal.outgoing, name="outgoing"),
    path("exchange/outgoing/<int:number>/", terminal.package, name="package"),
    path("exchange/outgoing/<int:number>/refused.csv", terminal.receipt_rows, name="receipt-rows"),
    path("exchange/outgoing/<int:number>/retry/", terminal.retry, name="retry"),
    path("exchange/outgoing/<int:number>/cancel/", terminal.cancel, name="cancel"),
    path("exchange/incoming/", terminal.incoming, name="incoming"),
    path("exchange/schedule/", schedule.schedule, name="schedule"),
    path("exchange/schedule/new/", schedule.duty, name="new-duty"),
    path("exchange/schedule/<int:number>/", schedule.duty, name="duty"),
    path("exchange/schedule/<int:number>/delete/", schedule.drop, name="drop-duty"),
    path("exchange/notices/", schedule.notices, name="notices"),
    path("exchange/notices/<int:number>/", schedule.acknowledge, name="acknowledge"),
    path("exchange/notices/<int:number>/rows/", returned.listed, name="returned"),
    path("exchange/notices/<int:number>/rows.csv", returned.rows, name="returned-rows"),
    path("manage/links/", links.links, name="links"),
    path("manage/links/keys/rotate/", links.rotate, name="rotate"),
    path("manage/links/keys/switch/", links.switch, name="switch"),
    path("manage/links/keys/retire/", links.retire, name="retire"),
    path("manage/links/<str:code>/", links.link, name="link"),
    path("manage/links/<str:code>/revoke/", links.revoke, name="revoke"),
    path("manage/links/<str:code>/accept-key/", links.accept_key, name="accept-key"),
    path("manage/links/<str:code>/pause/", links.pause, name="pause"),
    path("manage/links/<str:code>/resume/", links.resume, name="resume"),
    path("transfer/<str:to>/<str:sender>/packages/", api.packages, name="transfer-packages"),
    path(
        "transfer/<str:to>/<str:sender>/packages/<str:name>/<str:what>", api.package, name="transfer-package"
    ),
    path("transfer/<str:to>/<str:sender>/receipts/<str:name>", api.receipt, name="transfer-receipt"),
    path("transfer/<str:to>/<str:sender>/out/", api.laid_out, name="transfer-out"),
    path("transfer/<str:to>/<str:sender>/out/<str:name>", api.laid_out_package, name="transfer-out-package"),
]
