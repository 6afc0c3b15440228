"""What any site of this kind needs: the ledger, messages, the record of acts, pages and forms, tables sent as files."""
