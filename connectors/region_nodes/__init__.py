"""Other regions' nodes over HTTP."""
