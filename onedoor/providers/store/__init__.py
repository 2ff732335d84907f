"""Every statement of providers."""
