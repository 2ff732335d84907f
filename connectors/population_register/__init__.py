"""人口库 Population register, spoken to over REST."""
