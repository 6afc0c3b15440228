"""Complaints about support: a record of their own, with days by which they are received, acknowledged and answered.

Apart from disputes, which are about one charge. Promises that whoever complains always knows who has it, by when they
are answered and where to go next, and that nobody reads it but them, whoever answers, and the council's moderators.
"""
