"""People leave: an account closed by its person, and a death that is reported, confirmed or found to be a mistake.

Promises that nobody's money is lost or hidden on the way, that whoever came second is told, and that a report made by mistake
takes nothing from the living that can be given back.
"""
