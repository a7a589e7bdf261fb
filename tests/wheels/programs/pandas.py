# requires: pandas
import io

import pandas

frame = pandas.read_csv(io.StringIO("day,city,t\n" + "".join(f"2024-01-{d:02},{c},{d}\n" for d in range(1, 29) for c in "ab")),
                        parse_dates=["day"])
weekly = frame.groupby(["city", pandas.Grouper(key="day", freq="W")]).t.mean()
assert len(weekly) == 8 and frame.pivot(index="day", columns="city", values="t").shape == (28, 2)
assert frame.merge(frame, on=["day", "city"]).shape == (56, 4)
assert frame.day.dt.tz_localize("Europe/Berlin").dt.hour.sum() == 0
print("CSV read, grouped by week, pivoted, merged, a time zone")
