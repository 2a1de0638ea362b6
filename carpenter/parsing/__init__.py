"""One text to one value: days, hours, prices, ages, status. Knows no row."""
