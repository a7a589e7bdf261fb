"""One-file applications: what `monoceros bundle` puts in, how it is seen from inside, and what stays as it was."""

import json
import os
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path

import pytest

from harness import empty_root, small_disk
from harness.patience import LATER
from harness.target import ROOT

pytestmark = [pytest.mark.ours("Gunicorn needs an interpreter, packages and files around it"), pytest.mark.xdist_group("bundle")]

SITE = ROOT / "tests" / "apps" / "bundled_site"


@pytest.fixture(scope="module")
def make(target, environment, tmp_path_factory):
    """Writes a bundle: make("shop:app", "--chdir", folder); its path."""
    if not empty_root.is_static(target.command[0]):
        pytest.skip("this build stands on glibc and makes no bundles")

    def bundle(*arguments, env=None, name="shop"):
        output = tmp_path_factory.mktemp("bundle") / name
        command = [*target.command, "bundle", *(("-o", output) if "-o" not in arguments else ()), *arguments]
        ended = subprocess.run([str(word) for word in command], env={**environment, **(env or {})}, capture_output=True, text=True,
                               timeout=LATER)
        assert ended.returncode == 0, ended.stderr
        return output

    return bundle


@pytest.fixture(scope="module")
def sources(tmp_path_factory, packages):
    """The application's folder with its packages beside it, and with what must stay outside."""
    folder = tmp_path_factory.mktemp("sources") / "site"
    shutil.copytree(SITE, folder)
    shutil.copytree(packages(ROOT / "tests" / "apps" / "flask_site" / "requirements.txt"), folder / "site-packages")
    for name in (".git/config", "__pycache__/shop.cpython-313.pyc", "env/pyvenv.cfg", "env/bin/python", ".env", "node_modules/a.js"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("not for others")
    (folder / "monoceros.toml").write_text('workers = 2\ntimeout = 44\n')
    return folder


@pytest.fixture(scope="module")
def shop(make, sources):
    return make("shop:app", "--chdir", sources, "-c", sources / "monoceros.toml", "--", "--timeout", "55", "--threads", "3")


@pytest.fixture
def inside(run, shop, tmp_path):
    """Runs Python code in the bundle; what it prints."""

    def python(code, *options, **how):
        (tmp_path / "elsewhere").mkdir(exist_ok=True)
        ended = run(*options, "-c", code, command=[shop, "python"], cwd=tmp_path / "elsewhere", **how)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    return python


def serve(launch, program, *options, **how):
    return launch("-b", "127.0.0.1:0", *options, program=str(program), bare=True, **how).await_ready()


@pytest.mark.parametrize("proc", [True, False], ids=["proc", "no-proc"])
def test_serves_as_the_only_file_there_is(shop, launch, tmp_path, proc):
    root = empty_root.build(tmp_path / "root", shop, [], [])
    (root / "app").rmdir()
    running = serve(launch, "/monoceros", prefix=empty_root.entering(root, proc), env={"HOME": None, "LANG": None}, workers=2)
    page = running.get().body
    assert b"/static/page.css" in page and b"bolt, nut" in page
    style = running.get("/static/page.css")
    assert (style.status, style.body) == (200, b"body { color: teal }\n")
    assert running.get("/static/none.css").status == 404
    running.start_successor()
    running.adopt_successor()
    assert b"bolt, nut" in running.get().body
    assert running.stop() == 0


def test_baked_configuration_is_the_default(shop, run):
    shown = run("--print-config", command=[shop]).stdout
    facts = dict(line.replace(" ", "").split("#")[0].split("=", 1) for line in shown.splitlines())
    assert {name: facts[name] for name in ("wsgi_app", "workers", "timeout", "threads")} == {
        "wsgi_app": "shop:app", "workers": "2", "timeout": "55", "threads": "3"}
    assert "# bundle --timeout" in shown and f"# {shop}/bundle/monoceros.toml:1:11" in shown


@pytest.mark.parametrize("options, env, expected", [
    (["--timeout", "66"], {}, "timeout = 66"),
    ([], {"GUNICORN_CMD_ARGS": "--timeout 66"}, "timeout = 66"),
    (["-c", "other.toml"], {}, "timeout = 66"),
    (["-c", "other.toml"], {}, "workers = 1"),
    ([], {"WEB_CONCURRENCY": "7"}, "workers = 7"),
    (["other:app"], {}, "wsgi_app = other:app"),
])
def test_baked_configuration_is_overridden(shop, run, tmp_path, options, env, expected):
    (tmp_path / "other.toml").write_text("timeout = 66\n")
    shown = run("--print-config", *options, command=[shop], env=env).stdout
    assert any(" ".join(line.split("#")[0].split()) == expected for line in shown.splitlines()), shown


def test_configuration_in_python_is_baked_too(make, run, launch, tmp_path):
    (tmp_path / "conf.py").write_text("import words.late\nbind = '127.0.0.1:0'\nworkers = 1 + words.late.VALUE\n")
    program = make("--chdir", SITE, "-c", tmp_path / "conf.py")
    (tmp_path / "conf.py").unlink()
    assert "workers                            = 2" in run("--print-config", command=[program]).stdout


def test_files_are_seen_below_the_program(inside, shop, sources):
    answer = json.loads(inside("""
import json, os, pathlib, shop
folder = os.path.dirname(shop.__file__)
print(json.dumps([folder, sorted(os.listdir(folder)), sorted(entry.name for entry in os.scandir(folder) if entry.is_dir()),
                  sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob('*.txt')),
                  pathlib.Path(folder, 'words', '..', 'shop.py').resolve() == pathlib.Path(shop.__file__),
                  os.stat(shop.__file__).st_size, len({os.stat(os.path.join(*step)).st_ino
                                                       for top, _, names in os.walk(folder) for step in ((top, n) for n in names)})
                      == sum(len(names) for _, _, names in os.walk(folder))]))
"""))
    folders = ["__pycache__", "static", "templates", "words"]
    files = ["manage.py", "monoceros.toml", "shop.py"]
    assert answer == [f"{shop}/app", sorted(folders + files), folders, ["words/words.txt"], True,
                      (sources / "shop.py").stat().st_size, True]


@pytest.mark.parametrize("action, error", [
    ("open(folder + '/new', 'w')", "EROFS"),
    ("open(folder + '/shop.py', 'a')", "EROFS"),
    ("open(folder + '/shop.py', 'r+')", "EROFS"),
    ("open(folder + '/shop.py', 'x')", "EEXIST"),
    ("open(folder, 'rb')", "EISDIR|ENOTSUP"),
    ("open(folder + '/none')", "ENOENT"),
    ("open(folder + '/shop.py/')", "ENOTDIR"),
    ("os.stat(folder + '/none')", "ENOENT"),
    ("os.listdir(folder + '/shop.py')", "ENOTDIR"),
    ("os.mkdir(folder + '/new')", "EROFS"),
    ("os.mkdir(folder + '/static')", "EEXIST"),
    ("os.unlink(folder + '/shop.py')", "EROFS"),
    ("os.rmdir(folder + '/static')", "EROFS"),
    ("os.rename(folder + '/shop.py', '/tmp/x')", "EROFS"),
    ("os.rename('/none', folder + '/new')", "EROFS"),
    ("os.symlink('x', folder + '/new')", "EROFS"),
    ("os.chmod(folder + '/shop.py', 0)", "EROFS"),
    ("os.utime(folder + '/shop.py')", "EROFS"),
    ("os.truncate(folder + '/shop.py', 0)", "EROFS"),
    ("os.readlink(folder + '/shop.py')", "EINVAL"),
    ("os.chdir(folder)", "ENOTSUP"),
    ("os.write(os.open(folder + '/shop.py', os.O_RDONLY), b'x')", "EPERM"),
])
def test_what_is_inside_stays_as_it_is(inside, action, error):
    code = f"import errno, os, shop\nfolder = os.path.dirname(shop.__file__)\ntry: {action}\n" \
           "except OSError as error: print(errno.errorcode[error.errno])"
    assert inside(code) in error.split("|")


def test_accesses_are_answered(inside):
    assert inside("import os, shop; path = shop.__file__\nprint(*(os.access(path, mode) for mode in (os.F_OK, os.R_OK, os.W_OK, os.X_OK)))"
                  "\nprint(os.access(path + 'x', os.F_OK))") == "True True False False\nFalse"


def test_resources_and_metadata_are_found(inside, shop):
    answer = inside("""
import importlib.metadata, importlib.resources, inspect, pkgutil, linecache, words
print(importlib.metadata.version('flask'), importlib.resources.files('words').joinpath('words.txt').read_text().strip())
with importlib.resources.as_file(importlib.resources.files('words') / 'words.txt') as path: print(path)
print(pkgutil.get_data('words', 'words.txt').decode().strip(), [each.name for each in pkgutil.iter_modules(words.__path__)])
import shop; print(inspect.getsource(shop.later).splitlines()[0], linecache.getline(shop.__file__, 1)[:8])
""")
    assert answer.splitlines() == ["3.1.3 bolt nut", f"{shop}/app/words/words.txt", "bolt nut ['late']", "@app.get(\"/later\") \"\"\"Uses"]


def test_trees_are_copied_out(inside, tmp_path):
    inside(f"import os, shop, shutil; shutil.copytree(os.path.dirname(shop.__file__), {str(tmp_path / 'out')!r})")
    assert (tmp_path / "out" / "words" / "words.txt").read_text() == "bolt nut\n"


def test_modules_are_compiled_and_never_compared(inside):
    assert inside("import shop; print(open(shop.__cached__, 'rb').read()[4:8].hex())") == "01000000"


def test_databases_inside_are_read(make, run, tmp_path):
    (tmp_path / "data").mkdir()
    make_table = "import sqlite3; base = sqlite3.connect('data/base.sqlite'); base.execute('create table t as select 42'); base.commit()"
    subprocess.run(["python3", "-c", make_table], cwd=tmp_path, check=True)
    program = make("--chdir", tmp_path / "data")
    code = "import sqlite3; print(*sqlite3.connect('file:%s/app/base.sqlite?mode=ro', uri=True).execute('select * from t'))" % program
    assert run("python", "-c", code, command=[program]).stdout == "(42,)\n"


@pytest.mark.parametrize("words, expected", [
    (["manage.py", "migrate"], "['{0}/app/manage.py', 'migrate'] {0}/app/manage.py shop\n"),
    (["-m", "manage", "migrate"], "['{0}/app/manage.py', 'migrate'] {0}/app/manage.py shop\n"),
    (["./own.py"], "own shop\n"),
    (["-I", "-c", "import shop; print(shop.app.name)"], "shop\n"),
    (["-c", "import multiprocessing as m, shop\nif m.set_start_method('spawn') is None:\n p = m.Process(target=print, args=('child',))\n"
      " p.start(); p.join()"], "child\n"),
    (["-c", "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import shop; print(shop.app.name)'])"], "shop\n"),
])
def test_python_mode_has_the_application(shop, run, tmp_path, words, expected):
    (tmp_path / "own.py").write_text("import shop\nprint('own', shop.app.name)\n")
    if words[0] != "./own.py":  # whose folder comes first, as usual
        (tmp_path / "flask.py").write_text("raise SystemExit('not this one')")
    ended = run("python", *words, command=[shop])
    assert (ended.stdout, ended.stderr) == (expected.format(shop), "")


def test_modules_where_it_is_started_do_not_get_in_the_way(shop, launch, tmp_path):
    for name in ("shop.py", "flask.py"):
        (tmp_path / name).write_text("raise SystemExit('not this one')")
    assert b"bolt, nut" in serve(launch, shop, "-w", "1").get().body


def test_reading_survives_an_application_that_closes_every_descriptor(inside):
    assert inside("import os; os.closerange(3, 100); import shop; print(shop.app.name)") == "shop"


def test_healthcheck_asks_where_the_bundle_listens(make, launch, run):
    program = make("shop:app", "--chdir", SITE, "--", "-b", "127.0.0.1:1")
    ended = run("healthcheck", command=[program])
    assert (ended.returncode, "127.0.0.1:1" in ended.stderr) == (1, True)


def test_another_file_in_its_place_is_not_read_until_the_upgrade(make, sources, launch, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(sources, changed)
    (changed / "words" / "late.py").write_text("VALUE = 2\n" + "#" * 9999)
    program = make("shop:app", "--chdir", sources)
    running = serve(launch, program)
    os.replace(make("shop:app", "--chdir", changed), program)
    assert json.loads(running.get("/later").body) == {"late": 1, "source": "VALUE = 1\n", "pid": running.arbiter}
    before = running.workers()
    running.kill(1)  # HUP
    running.await_workers(1, other_than=before)
    assert json.loads(running.get("/later").body)["late"] == 1
    running.start_successor()
    running.adopt_successor()
    assert json.loads(running.get("/later").body) == {"late": 2, "source": "VALUE = 2\n" + "#" * 9999, "pid": running.arbiter}


def test_same_input_gives_the_same_bytes(make, sources):
    one, other = (make("shop:app", "--chdir", sources, env={"PYTHONHASHSEED": seed}) for seed in "12")
    assert one.read_bytes() == other.read_bytes()
    assert stat.S_IMODE(one.stat().st_mode) == 0o755


def test_source_date_epoch_is_the_time_of_everything(make, run):
    program = make("shop:app", "--chdir", SITE, env={"SOURCE_DATE_EPOCH": "1000000000"})
    code = f"import os; f = open('{program}/app/shop.py'); print(*(int(os.stat(f).st_mtime) for f in (f.name, f.fileno())))"
    assert run("python", "-c", code, command=[program]).stdout == "1000000000 1000000000\n"


def test_changed_content_has_another_time(make, run, tmp_path):
    """Or who keeps a copy, and compares time and size, would keep it."""
    times = set()
    for word in ("one", "two"):
        (tmp_path / "page.css").write_text(word)
        program = make("--chdir", tmp_path, env={"SOURCE_DATE_EPOCH": "1000000000"})
        times.add(run("python", "-c", f"import os; print(os.stat('{program}/app/page.css').st_mtime)", command=[program]).stdout)
    assert len(times) == 2


def test_archive_holds_the_application_and_its_packages(shop):
    with zipfile.ZipFile(shop) as archive:
        names = set(archive.namelist())
        assert archive.testzip() is None
        assert all(info.compress_type == zipfile.ZIP_STORED for info in archive.infolist())
    assert {"app/shop.py", "app/__pycache__/shop.cpython-313.pyc", "app/static/page.css", "site-packages/flask/app.py",
            "bundle/arguments", "bundle/monoceros.toml"} <= names
    assert not [name for name in names if name.startswith(("app/.git", "app/env", "app/.env", "app/node_modules", "app/site-packages",
                                                           "site-packages/bin"))]


def test_files_are_left_out_on_demand(make, tmp_path):
    for name in ("site/media/a.jpg", "site/app.py", "site/base.sqlite3"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    program = make("app", "--chdir", tmp_path / "site", "--exclude", "media", "--exclude", "*.sqlite3")
    with zipfile.ZipFile(program) as archive:
        assert sorted(name for name in archive.namelist() if name.startswith("app/") and "__" not in name) == ["app/", "app/app.py"]


def test_links_are_followed_and_may_lead_in_circles(make, tmp_path):
    (tmp_path / "shared" / "theme").mkdir(parents=True)
    (tmp_path / "shared" / "theme" / "page.css").touch()
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "theme").symlink_to(tmp_path / "shared" / "theme")
    (tmp_path / "site" / "again").symlink_to(tmp_path / "site")
    (tmp_path / "site" / "nowhere").symlink_to("nothing")
    (tmp_path / "site" / "itself").symlink_to("itself")
    with zipfile.ZipFile(make("--chdir", tmp_path / "site")) as archive:
        assert [name for name in archive.namelist() if name.startswith("app/")] == ["app/", "app/theme/", "app/theme/page.css"]


def test_name_that_is_no_utf8_is_refused(make, refused, tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")).touch()
    assert refused("-o", "out") == r"'app/caf\udce9': the name is not UTF-8: rename the file, or leave it out with --exclude"


def test_bundle_beside_its_application_does_not_hold_itself(make, tmp_path):
    shutil.copytree(SITE, tmp_path / "site")
    sizes = []
    for _ in range(2):
        make("shop:app", "--chdir", tmp_path / "site", "-o", tmp_path / "site" / "shop.bin")
        sizes.append((tmp_path / "site" / "shop.bin").stat().st_size)
    assert sizes[0] == sizes[1]


def test_requirements_are_installed(make, run, tmp_path):
    from test_extensions import wheel

    (tmp_path / "requirements.txt").write_text(f"--no-index\n{wheel(tmp_path)}\n")
    program = make("--chdir", SITE, "-r", tmp_path / "requirements.txt")
    assert run("python", "-c", "import tiny; print(tiny.__file__)", command=[program]).stdout == f"{program}/site-packages/tiny.py\n"


@pytest.fixture
def refused(run, target, tmp_path):
    """The one sentence that is the answer."""

    def sentence(*words, program=None, **how):
        ended = run(*words, command=[*([program] if program else target.command), "bundle"], **how)
        assert ended.returncode != 0
        assert not (tmp_path / "out").exists() and not list(tmp_path.glob("out.*"))
        (last,) = ended.stderr.splitlines()[-1:]
        assert last.startswith("monoceros bundle: error: ")
        return last.removeprefix("monoceros bundle: error: ")

    return sentence


@pytest.mark.parametrize("words, sentence", [
    (["app"], "the following arguments are required: -o/--output"),
    (["nowhere:app", "-o", "out"], "nowhere:app: there is no module nowhere in {0} nor among its packages: name the application's "
                                   "folder with --chdir"),
    (["--chdir", "none", "-o", "out"], "--chdir none: there is no such folder"),
    (["-r", "none.txt", "-o", "out"], "--requirement none.txt: there is no such file"),
    (["-c", "none.toml", "-o", "out"], "--config none.toml: there is no such file (a configuration is baked in as a file)"),
    (["-o", "."], "--output . is a folder: give the executable another name or place"),
    (["-o", "no/where"], "--output no/where: there is no folder {0}/no"),
    (["-o", "python-shop"], "--output python-shop: a program whose name begins with 'python' would be the interpreter: choose another"),
    (["-o", "out", "--", "--wrokers=2"], "unrecognized arguments: --wrokers=2 (did you mean --workers?)"),
    (["-o", "out", "--", "-c", "x"], "the configuration file to bake in is named in front of --, as in: "
                                     "monoceros bundle -c CONFIG ... -- OPTIONS"),
])
def test_refusal_says_what_to_do(make, refused, tmp_path, words, sentence):
    assert refused(*words) == sentence.format(tmp_path)


def test_requirement_that_cannot_be_had_is_refused(make, refused, tmp_path):
    (tmp_path / "requirements.txt").write_text("--no-index\nno-such-package==1\n")
    assert refused("-r", "requirements.txt", "-o", "out") == \
        "the packages of requirements.txt cannot be had: pip says above what is missing"


def test_bundle_makes_no_bundles(shop, refused):
    assert refused("-o", "out", program=shop) == f"{shop} is a bundle itself: make bundles with a plain monoceros"


def test_output_that_cannot_be_written_is_named(make, run, target, reachable):
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    folder = reachable / "closed"
    folder.mkdir(mode=0o755)
    shutil.copy(target.command[0], reachable / "monoceros")
    (reachable / "site").mkdir()
    ended = run("--chdir", reachable / "site", "-o", folder / "out",
                command=["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", reachable / "monoceros", "bundle"], cwd="/")
    assert (ended.returncode, ended.stderr) == (1, f"monoceros bundle: error: {folder}/out: permission denied\n")


def test_full_disk_is_named(make, run, target, tmp_path):
    if os.getuid() != 0:
        pytest.skip("only root can mount")
    (tmp_path / "small").mkdir()
    ended = run("--chdir", SITE, "-o", tmp_path / "small" / "out",
                command=[*small_disk.at(tmp_path / "small", "1m"), *target.command, "bundle"])
    assert (ended.returncode, ended.stderr) == (1, f"monoceros bundle: error: {tmp_path}/small/out: there is not enough space for it\n")


@pytest.mark.parametrize("limit, words", [
    ("MOST_ENTRIES = 9", "files and folders are more than the 9 a bundle can hold: leave some out with --exclude"),
    ("MOST = 9", "shop.py is larger than 4 GiB, which a bundle cannot hold: leave it out with --exclude"),
    ("MOST = 9999", "the application and its packages are larger than the 4 GiB a bundle can be: leave some out with --exclude"),
])
def test_what_a_bundle_cannot_hold_is_refused(make, run, target, tmp_path, limit, words):
    code = f"import sys; from monoceros import bundler; bundler.{limit}; sys.argv[1:] = ['-o', 'out', '--chdir', {str(SITE)!r}]; bundler.main()"
    if limit == "MOST = 9":
        code = code.replace("bundler.main", "bundler.LEFT_OUT += ('manage.py',); bundler.main")
    ended = run("-c", code, command=target.python)
    assert ended.returncode == 1 and ended.stderr.endswith(f"{words}\n"), ended.stderr
    assert not list(tmp_path.glob("out*"))


def test_file_that_was_cut_short_is_refused(shop, run, tmp_path):
    damaged = tmp_path / "shop"
    shutil.copy(shop, damaged)
    os.truncate(damaged, damaged.stat().st_size - 100)
    ended = run(command=[damaged])
    assert (ended.returncode, ended.stderr) == (1, f"{damaged}: the application inside is damaged (its end is missing): "
                                                   "copy the file here again, or make it anew with `monoceros bundle`\n")


def test_program_with_something_else_behind_it_stays_a_program(make, run, target, tmp_path):
    signed = tmp_path / "monoceros"
    shutil.copy(target.command[0], signed)
    with open(signed, "ab") as file:
        file.write(b"signature" * 100)
    assert run("python", "-c", "print(42)", command=[signed]).stdout == "42\n"


def test_baked_option_that_does_not_hold_here_is_told(make, run, target, tmp_path):
    ended = run("-o", "out", "--chdir", SITE, "--", "--certfile", "/run/secrets/none.pem", command=[*target.command, "bundle"])
    assert ended.returncode == 0
    assert ended.stderr.startswith("Warning: as things are here, these options are refused: ") and "none.pem" in ended.stderr


def test_help_tells_what_goes_in(run, target):
    ended = run("bundle", "--help")
    assert ended.returncode == 0 and "requirements" in ended.stdout and "Everything behind --" in ended.stdout
    assert "bundle [APP_MODULE]" in run("--help").stdout
