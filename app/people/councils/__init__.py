"""Councils: their places (wards, localities, postcodes), their dated policies, their framework agreements.

A rule that differs between councils is a row here, never an ``if`` somewhere else. Also the shared way of reading a
file of rows: every row gets a fate.
"""
