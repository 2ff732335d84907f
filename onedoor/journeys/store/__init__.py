"""Every statement of the room, by subject. Only this room's service comes here."""
