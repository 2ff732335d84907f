"""Every statement of exchange: the city's dictionary, what was asked and answered, consents and corrections, demands."""
