"""A script of the application, as Django's manage.py."""

import sys

import shop

print(sys.argv, __file__, shop.app.name)
