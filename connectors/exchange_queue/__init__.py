"""推送 Registers that tell of events: they push them, and keep them for whoever missed one."""
