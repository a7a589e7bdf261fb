# requires: MarkupSafe Jinja2
import markupsafe._speedups
from jinja2 import Environment

assert markupsafe._speedups.__file__.endswith(".so")
template = Environment(autoescape=True).from_string("{% for x in xs %}<li>{{ x }}</li>{% endfor %}")
assert template.render(xs=["<a>", 1]) == "<li>&lt;a&gt;</li><li>1</li>"
print("a Jinja template escaped by the C module")
