"""Support that several people share.

Promises that each pays their own share to the penny, and that nobody's share changes without their yes.
"""
