"""Councils and what they own: localities, postcodes, policies, frameworks and lots. Promises that councils differ in data, never in code."""
