"""What keeps the tables that only grow as they were written."""

import hashlib


def fingerprint(made: str) -> str:
    """How something in the database is written, whatever its spacing, in a dozen characters."""
    return hashlib.sha256(" ".join(made.split()).encode()).hexdigest()[:12]


SQLITE_GUARDS: dict[str, dict[str, str]] = {
    "complaint_entry": {
        "complaint_entry_no_delete": "6a195e9eed71",
        "complaint_entry_no_replace": "a745e99e030e",
        "complaint_entry_no_update": "3b89161e4651",
    },
    "trend_publication": {
        "trend_publication_follows": "c945852b80a7",
        "trend_publication_no_delete": "292223da91e6",
        "trend_publication_no_replace": "33c452a3ddba",
        "trend_publication_no_update": "738e7c7acdc8",
    },
    "trend_counted": {
        "trend_counted_no_delete": "63829afab286",
        "trend_counted_no_replace": "a74be6d2286f",
        "trend_counted_no_update": "26678598b9e9",
    },
    "correction": {
        "correction_no_delete": "40e74fce7498",
        "correction_no_replace": "ac724975f6ac",
        "correction_no_update": "62a00e26ca43",
    },
    "agreement": {
        "agreement_no_delete": "d2ba5f2e5166",
        "agreement_no_replace": "6aab76a48bdd",
        "agreement_no_update": "5f327a761a22",
    },
    "agreement_look": {
        "agreement_look_no_delete": "24675c4a76b7",
        "agreement_look_no_replace": "1181488bfa2d",
        "agreement_look_no_update": "fcaabfdc9881",
    },
    "audit_event": {
        "audit_event_no_delete": "fd5efdf9fdbf",
        "audit_event_no_replace": "308f9b022b17",
        "audit_event_no_update": "f5ab6b3e4d16",
    },
    "budget_version": {
        "budget_version_no_delete": "2453b10e4616",
        "budget_version_no_replace": "dfc446d2f6c9",
        "budget_version_no_update": "1f4965904403",
    },
    "bank_details": {
        "bank_details_no_delete": "14ccc36059db",
        "bank_details_no_replace": "226bc9085ede",
        "bank_details_no_update": "995c6ef7df2f",
    },
    "person_bank_details": {
        "person_bank_details_no_delete": "5a8795862220",
        "person_bank_details_no_replace": "79532b3647a1",
        "person_bank_details_no_update": "3006287eb8fb",
    },
    "invoice": {
        "invoice_in_open_period": "4f50b7c394a2",
        "invoice_no_delete": "a8efecc16158",
        "invoice_no_replace": "2ccec70f7d22",
        "invoice_no_update": "e0da1ceadfc8",
        "invoice_numbered": "cc6bbbeeec64",
    },
    "invoice_line": {
        "invoice_line_no_delete": "d784213c389b",
        "invoice_line_no_replace": "03be062b2369",
        "invoice_line_no_update": "c6c47f01c8cd",
    },
    "review_version": {
        "review_version_no_delete": "707691063876",
        "review_version_no_replace": "368d8c6a9935",
        "review_version_no_update": "9b8ef095019a",
    },
    "settlement_period": {
        "settlement_period_closed": "21368e1eb90a",
        "settlement_period_kept": "a0121b22c970",
        "settlement_period_no_replace": "3983771f29c6",
    },
    "remittance": {
        "remittance_no_delete": "97204a144a2d",
        "remittance_no_replace": "84ddd5ca0180",
        "remittance_no_update": "33ef455a2f78",
        "remittance_numbered": "7d408592c894",
    },
    "remittance_invoice": {
        "remittance_invoice_no_delete": "e5a7235c73c4",
        "remittance_invoice_no_replace": "86f26a8b5901",
        "remittance_invoice_no_update": "bb32e6afb9a6",
    },
    "money_choice": {
        "money_choice_chosen_stays": "fbd8394d6279",
        "money_choice_no_delete": "1b107d5fc4a6",
        "money_choice_no_overwrite": "e6bf5b8b58ed",
        "money_choice_no_replace": "a1fb69a6e72a",
    },
    "money_decision": {
        "money_decision_no_delete": "1d21d1e1290d",
        "money_decision_no_replace": "c6fe353c3e07",
        "money_decision_no_update": "4005b9f3bb35",
    },
    "provider_change": {
        "provider_change_no_delete": "c5ef256772d0",
        "provider_change_no_replace": "54bb8c97b7fa",
        "provider_change_no_update": "7c4bd7471f53",
    },
    "receipt": {
        "receipt_no_delete": "838f7a117166",
        "receipt_no_replace": "30709ddbfe13",
        "receipt_no_update": "01dc9d33abfe",
    },
    "receipt_file": {
        "receipt_file_no_delete": "9035bfbffcde",
        "receipt_file_no_replace": "fb04e341d621",
        "receipt_file_no_update": "0eefc024e4e2",
    },
    "visit_record": {
        "visit_record_no_delete": "8071362948bb",
        "visit_record_no_replace": "bac51f5e3677",
        "visit_record_no_update": "e62da8116ac4",
        "visit_record_not_back": "79cea7a32b23",
    },
    "withdrawn_rate": {
        "withdrawn_rate_no_delete": "5324679205c6",
        "withdrawn_rate_no_replace": "0ca827b2140f",
        "withdrawn_rate_no_update": "0bc4bf0ff46c",
    },
}
POSTGRESQL_GUARDS: dict[str, dict[str, str]] = {
    "complaint_entry": {
        "complaint_entry_only_grows": "1c3b421852dc",
    },
    "trend_publication": {
        "trend_publication_follows": "0b852beb3b42",
        "trend_publication_only_grows": "80fe7f428106",
    },
    "trend_counted": {
        "trend_counted_only_grows": "80fe7f428106",
    },
    "correction": {
        "correction_only_grows": "ae7b3d563328",
    },
    "agreement": {
        "agreement_kept": "bd4d6690802d",
    },
    "agreement_look": {
        "agreement_look_only_grows": "45ae8a982368",
    },
    "audit_event": {
        "audit_event_only_grows": "fd657901aed6",
    },
    "budget_version": {
        "budget_version_only_grows": "f401b95900d0",
    },
    "bank_details": {
        "bank_details_only_grows": "80fe7f428106",
    },
    "person_bank_details": {
        "person_bank_details_only_grows": "80fe7f428106",
    },
    "invoice": {
        "invoice_in_open_period": "ff83b99ab5ce",
        "invoice_numbered": "7c5a893cb516",
        "invoice_only_grows": "80fe7f428106",
    },
    "invoice_line": {
        "invoice_line_only_grows": "80fe7f428106",
    },
    "review_version": {
        "review_version_only_grows": "f3dcb1fc036c",
    },
    "settlement_period": {
        "settlement_period_closed": "192fea87197b",
    },
    "remittance": {
        "remittance_numbered": "7c5a893cb516",
        "remittance_only_grows": "80fe7f428106",
    },
    "remittance_invoice": {
        "remittance_invoice_only_grows": "80fe7f428106",
    },
    "money_choice": {
        "money_choice_chosen_stays": "f75c10fc304d",
        "money_choice_no_delete": "e046e736e3e5",
    },
    "money_decision": {
        "money_decision_only_grows": "86dae90a8f29",
    },
    "provider_change": {
        "provider_change_only_grows": "b97c2d43a9d7",
    },
    "receipt": {
        "receipt_only_grows": "f159bf90ce13",
    },
    "receipt_file": {
        "receipt_file_only_grows": "7980e81ec85f",
    },
    "visit_record": {
        "visit_record_not_emptied": "0bcd15ada536",
        "visit_record_only_grows": "bb26ea29e76c",
    },
    "withdrawn_rate": {
        "withdrawn_rate_kept": "eb03dda54849",
    },
}
"""The triggers that keep each table that only grows, with the fingerprint of how each was made. The ledger's own two tables
have theirs in :mod:`app.platform.ledger.rules`.
"""
