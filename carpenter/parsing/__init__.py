"""From one text to one value: days, hours, prices, ages, status. Nothing here knows a row."""
