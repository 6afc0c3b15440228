"""What is done with people's money: budgets agreed, released, changed and ended; money moved, set aside and paid back."""

from app.budgets.actions.agreements import end_agreement, set_money_policy, sign_agreement
from app.budgets.actions.budgets import WrongYear, agree_budget, change_budget, end_budget, estimate_budget
from app.budgets.actions.outside import record_outside, take_back_outside
from app.budgets.actions.pots import (
    council_account,
    move_money,
    open_own_money,
    open_pot,
    provider_account,
    provider_account_number,
    set_aside,
)
from app.budgets.actions.refunds import refund
from app.budgets.actions.releasing import Done, bring_forward, release_contingency, release_due, work_off

__all__ = [
    "Done",
    "WrongYear",
    "agree_budget",
    "bring_forward",
    "change_budget",
    "council_account",
    "end_agreement",
    "end_budget",
    "estimate_budget",
    "move_money",
    "open_own_money",
    "open_pot",
    "provider_account",
    "provider_account_number",
    "record_outside",
    "refund",
    "release_contingency",
    "release_due",
    "set_aside",
    "set_money_policy",
    "sign_agreement",
    "take_back_outside",
    "work_off",
]
