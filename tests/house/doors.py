"""Who may come in where: endpoint by endpoint, kept by hand so that a change of guard is a change somebody reads."""

DOORS: dict[str, str] = {}
