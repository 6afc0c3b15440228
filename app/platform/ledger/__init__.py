"""Accounts, transfers and holds in whole pence. Knows nothing of care. Promises that money is never made, lost or spent twice."""
