"""Who may still be told about a person: asked as each letter about them goes, and as each such message is opened.

Promises that a letter whose reader lost the right to it goes nowhere, however long it waited.
"""
