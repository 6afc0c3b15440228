"""The messages we send, one function each. Promises that every email is also kept inside the site, and that no subject line tells of care."""
