"""市场主体登记 Register of companies, spoken to over REST."""
