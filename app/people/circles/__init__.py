"""Who may act for and with a person: supporters and caseloads. Promises that every act says who did it for whom, and that ending it works at once."""
