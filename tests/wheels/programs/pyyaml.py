# requires: PyYAML
import yaml

value = {"a": [1, 2.5, None, True], "b": {"c": "é\n" * 3}}
assert yaml.load(yaml.dump(value, Dumper=yaml.CSafeDumper), Loader=yaml.CSafeLoader) == value
try:
    yaml.load("a: [", Loader=yaml.CSafeLoader)
except yaml.YAMLError:
    print("round trip through libyaml, an error")
