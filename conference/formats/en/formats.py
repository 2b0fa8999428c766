"""How dates and times are written where a page does not say it itself, as in admin: unmistakable, and with their zone."""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i T"
