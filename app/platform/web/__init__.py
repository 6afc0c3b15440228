"""What every page needs and no room owns: errors, form fields, filters, security, navigation, paging."""
