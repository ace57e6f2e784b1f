"""Addresses of the board app."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.board.views import agencies, board, contract, deal, discounts, products, schedule, settings, stock

app_name = "board"
urlpatterns = [
    path("deals/", board.board, name="board"),
    path("deals/list/", board.deal_list, name="list"),
    path("deals/column/<int:stage>/", board.more, name="more"),
    path("deals/undo/<str:token>/", board.undo, name="undo_move"),
    path("deals/discounts/", discounts.waiting, name="discounts"),
    path("deals/discounts/<int:pk>/decide/", discounts.decide, name="discount_decide"),
    path("deals/discounts/<int:pk>/withdraw/", discounts.withdraw, name="discount_withdraw"),
    path("deals/<int:pk>/", deal.deal, name="deal"),
    path("deals/<int:pk>/move/", board.move, name="move"),
    path("deals/<int:pk>/fields/", deal.fields, name="fields"),
    path("deals/<int:pk>/products/", products.choices, name="products"),
    path("deals/<int:pk>/product/", products.choose, name="product"),
    path("deals/<int:pk>/reservation/extend/", products.extend, name="extend"),
    path("deals/<int:pk>/reservation/release/", products.release, name="release"),
    path("deals/<int:pk>/reservation/<int:reservation>/restore/", products.restore, name="restore"),
    path("deals/<int:pk>/discount/", discounts.ask, name="discount"),
    path("deals/<int:pk>/schedule/", schedule.save, name="schedule"),
    path("deals/<int:pk>/schedule/rows/", schedule.rows, name="schedule_rows"),
    path("deals/<int:pk>/contract/", contract.sign, name="contract"),
    path("leads/<int:pk>/deal/", deal.open_from_lead, name="open"),
    path("stock/", stock.stock_page, name="stock"),
    path("stock/floors/", stock.floors, name="floors"),
    path("agencies/", agencies.agency_list, name="agencies"),
    path("agencies/clients/", agencies.registrations, name="registrations"),
    path("agencies/clients/register/", agencies.register, name="register"),
    path("settings/board/", settings.board, name="settings"),
    path("settings/required/<slug:entity>/", settings.required, name="required"),
]
