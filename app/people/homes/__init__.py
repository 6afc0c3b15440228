"""What a visit at home needs: where somebody lives, their telephone, how to get in, and who to call.

Promise: it is asked when it is first needed and never before, it is sealed where it lies, and whoever comes sees it only while
they come.
"""
