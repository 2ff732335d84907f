"""A hospital's own site: signs residents in through the city, reports its appointments there, and is told what happens."""
