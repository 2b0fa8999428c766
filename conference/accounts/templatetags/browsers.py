"""The filter `browser_name`: a browser in words that its owner knows."""

from django import template

from conference.accounts.browsers import browser_name

register = template.Library()
register.filter("browser_name", browser_name)
