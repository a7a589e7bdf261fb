"""The driver of ci/parts without network and compiler: python3 -m unittest discover pyembed/tests"""

import hashlib
import io
import os
import re
import sys
import tarfile
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from driver import build, layout, schedule, tables  # noqa: E402
from driver.cache import Cache  # noqa: E402
from driver.errors import Stop  # noqa: E402
from driver.fetch import Store  # noqa: E402
from driver.tables import Origin, Part, Source  # noqa: E402


def tarball(path: Path, files: dict[str, str]) -> str:
    with tarfile.open(path, "w") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(f"top/{name}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Temporary(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class Tables(unittest.TestCase):
    def test_every_part_has_a_recipe_and_known_sources_and_needs(self):
        sources = tables.load_sources()
        for target in tables.TARGETS:
            parts = tables.load_parts(target)
            names = [part.name for part in parts]
            for index, part in enumerate(parts):
                self.assertTrue(part.recipe().exists(), part.name)
                self.assertLessEqual(set(part.sources), set(sources), part.name)
                self.assertLessEqual(set(part.needs), set(names[:index]), f"{part.name} comes before a need")

    def test_every_origin_is_pinned_by_a_hash(self):
        for source in tables.load_sources().values():
            for origin in source.origins:
                self.assertRegex(origin.sha256, r"^[0-9a-f]{64}$", source.name)
                self.assertIn("=", origin.package)

    def test_patches_say_why_and_belong_to_a_source(self):
        for patch in ROOT.glob("patches/*/*.patch"):
            self.assertIn(patch.parent.name, tables.load_sources())
            self.assertRegex(patch.read_text(), r"\A[A-Z][^\n]{40}", patch.name)

    def test_no_module_is_both_in_and_out(self):
        table = tables._load("modules.toml")
        self.assertFalse(set(table["in"]) & set(table["out"]))
        self.assertTrue(all(reason for reason in table["out"].values()))

    def test_no_registry_is_named(self):
        for path in [*ROOT.glob("driver/*.py"), *ROOT.glob("*.toml"), *ROOT.glob("recipes/*")]:
            self.assertIsNone(re.search(r"https?://", path.read_text()), path)


class Fetching(Temporary):
    def store(self):
        with mock.patch.dict(os.environ, MONOCEROS_SOURCES=str(self.folder / "offline")):
            (self.folder / "offline").mkdir(exist_ok=True)
            return Store(self.folder / "cache")

    def source(self, digest):
        return Source("thing", "1.0", (Origin("apt", "thing=1.0-1", "thing.tar", 1, digest),))

    def test_offline_folder_serves_a_file_with_the_right_hash(self):
        store = self.store()
        digest = tarball(self.folder / "offline" / "thing.tar", {"a": "x"})
        self.assertEqual(store.get(self.source(digest)).name, "thing.tar")

    def test_wrong_hash_is_one_sentence_with_both_hashes(self):
        store = self.store()
        digest = tarball(self.folder / "offline" / "thing.tar", {"a": "x"})
        with self.assertRaisesRegex(Stop, rf"^thing 1.0: \S+ has sha256 {digest}, but sources.toml expects 0+\.$"):
            store.get(self.source("0" * 64))

    def test_no_network_is_one_sentence(self):
        store = self.store()
        with mock.patch("driver.apt.Apt.fetch", return_value="apt could not download thing.tar of thing=1.0-1"):
            with self.assertRaisesRegex(Stop, "^thing 1.0 cannot be fetched: apt could not .* does not hold it either.$"):
                store.get(self.source("0" * 64))

    def test_a_second_origin_is_tried(self):
        def fetch(_, package, file, into):
            if package == "one":
                return "not there"
            return self.written(into)

        digest = tarball(self.folder / "made.tar", {"a": "x"})
        source = Source("thing", "1", tuple(Origin("apt", name, "t.tar", 1, digest) for name in ("one", "two")))
        with mock.patch("driver.apt.Apt.fetch", fetch):
            self.assertEqual(self.store().get(source).read_bytes(), (self.folder / "made.tar").read_bytes())

    def written(self, into):
        into.write_bytes((self.folder / "made.tar").read_bytes())


class Building(Temporary):
    def builder(self, recipe):
        (self.folder / "recipe.sh").write_text(recipe)
        with mock.patch.dict(os.environ, MONOCEROS_SOURCES=str(self.folder)):
            cache = Cache(self.folder / "cache")
            store = Store(cache.root)
        digest = tarball(self.folder / "thing.tar", {"a": "text"})
        source = Source("thing", "1", (Origin("apt", "thing=1", "thing.tar", 1, digest),))
        patched = mock.patch.object(Part, "recipe", lambda part: self.folder / "recipe.sh")
        relative = mock.patch.object(build, "ROOT", Path("/"))
        common = mock.patch.object(build, "COMMON", self.folder / "recipe.sh")
        for patch in patched, relative, common, mock.patch("driver.toolchain.identity", lambda: "compiler"):
            patch.start()
            self.addCleanup(patch.stop)
        self.addCleanup(mock.patch.stopall)
        return build.Builder(build.Job("x86_64-linux-gnu", "dev", {"thing": source}, cache, store))

    def run_recipe(self, recipe):
        builder, part = self.builder(recipe), Part("thing", "deps", ("thing",))
        with mock.patch.object(build, "ROOT", self.folder):
            (self.folder / "recipes").mkdir(exist_ok=True)
            (self.folder / "recipes/common.sh").write_text("")
            built = builder.build(part, lambda: None)
        return builder, part, built

    def test_a_part_is_built_once(self):
        builder, part, built = self.run_recipe('cp "$SRC/a" "$OUT/b"')
        self.assertTrue(built)
        self.assertEqual((builder.place(part) / "b").read_text(), "text")
        self.assertFalse(builder.build(part, lambda: None))

    def test_a_failing_recipe_leaves_nothing_and_shows_its_log(self):
        with self.assertRaisesRegex(Stop, r"(?s)went wrong.*log: .*\nthing did not build \(exit 3\)\.$"):
            self.run_recipe("touch $OUT/half; echo went wrong; exit 3")
        self.assertEqual(list((self.folder / "cache").glob("thing-*")), [])


class Output(Temporary):
    def part(self, name, *files):
        for file in files:
            path = self.folder / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
        return self.folder / name

    def test_parts_share_a_folder_and_replace_their_predecessors(self):
        out = self.folder / "out"
        one, two = self.part("one", "lib/a", "include/a.h"), self.part("two", "lib/b")
        layout.fill(out, {"deps": [one, two], "python": [one]})
        self.assertEqual((out / "deps/lib/b").read_text(), "two")
        self.assertEqual((out / "python").resolve(), one)
        layout.fill(out, {"deps": [self.part("newer", "lib/c")], "python": [two]})
        self.assertEqual(sorted(path.name for path in (out / "deps/lib").iterdir()), ["c"])
        self.assertEqual((out / "python").resolve(), two)


class Scheduling(unittest.TestCase):
    def test_needs_come_first(self):
        order = []

        class Fake:
            def build(self, part, on_wait):
                order.append(part.name)
                return True

        parts = [Part(name, "deps", (), needs) for name, needs in (("c", ("a", "b")), ("a", ()), ("b", ("a",)))]
        with redirect_stdout(io.StringIO()) as output:
            schedule.Schedule(Fake(), parts, schedule.Progress(3)).run()
        self.assertEqual(order, ["a", "b", "c"])
        self.assertRegex(output.getvalue(), r"\[ 3/3\] c \.\.\. 0 s \(total 0:00\)")


if __name__ == "__main__":
    unittest.main()
