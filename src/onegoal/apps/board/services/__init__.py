"""Writes of the board: moves, reservations, discounts, schedules, contracts and agencies' clients."""

from __future__ import annotations

from onegoal.apps.board.services.agencies import (
    attribute_leads,
    find_or_create_agency,
    lapse_registrations,
    register_client,
)
from onegoal.apps.board.services.contracts import cancel_contract, sign_contract
from onegoal.apps.board.services.discounts import ask_discount, decide_discount, withdraw_discount
from onegoal.apps.board.services.fields import fill_fields, set_required_fields
from onegoal.apps.board.services.moves import Move, move_deal, undo_move
from onegoal.apps.board.services.opening import open_deal
from onegoal.apps.board.services.reservations import (
    choose_product,
    expire_reservations,
    extend_reservation,
    release_reservation,
    reserve_product,
    restore_reservation,
)
from onegoal.apps.board.services.schedules import set_schedule
from onegoal.apps.board.services.settings import save_board_settings

__all__ = [
    "Move",
    "ask_discount",
    "attribute_leads",
    "cancel_contract",
    "choose_product",
    "decide_discount",
    "expire_reservations",
    "extend_reservation",
    "fill_fields",
    "find_or_create_agency",
    "lapse_registrations",
    "move_deal",
    "open_deal",
    "register_client",
    "release_reservation",
    "reserve_product",
    "restore_reservation",
    "save_board_settings",
    "set_required_fields",
    "set_schedule",
    "sign_contract",
    "undo_move",
    "withdraw_discount",
]
