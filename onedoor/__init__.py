"""Onedoor 一扇门: a city's services behind one door. Each package below is a room; docs/concepts/rooms.md is the floor plan."""
