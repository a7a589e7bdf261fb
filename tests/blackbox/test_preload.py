"""What an application that is loaded before the workers shares with them."""

import json

import pytest


@pytest.fixture
def asked(server):
    """Starts tests/apps/preloaded.py; gives what it answers to a target."""

    def start(*options):
        running = server("preloaded:app", *options)
        return lambda target: json.loads(running.get(target).body)

    return start


def test_what_was_preloaded_can_still_be_released(asked):
    ask = asked("--preload")
    assert ask("/")["endings"] == []
    assert ask("/drop")["endings"] == ["connection", "pool"]


def test_what_was_preloaded_can_be_changed_and_replaced(asked):
    assert asked("--preload")("/replace")["texts"] == ["some text", ["a", "tuple"], "2", "hello you", "hello again"]


@pytest.mark.ours("references to preloaded code are not counted, so that workers go on sharing its memory")
def test_references_to_preloaded_code_are_not_counted(asked):
    assert asked("--preload")("/")["counted"] == {"function": False, "class": False, "instance": True}


def test_without_preload_all_references_are_counted(asked):
    assert asked()("/")["counted"] == {"function": True, "class": True, "instance": True}


@pytest.mark.ours("tables that each worker would load for itself with its first request are shared")
def test_codec_of_hosts_is_preloaded_too(asked):
    assert asked("--preload")("/")["has_idna"]


def test_without_preload_workers_load_what_they_need(asked):
    assert not asked()("/")["has_idna"]
