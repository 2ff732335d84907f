"""Every statement of the wallet, by subject. Only this room's service comes here."""
