"""`haihe demo` plays the whole story against a city of its own and says so with its exit code."""

import subprocess

import pytest

from haihe.launch import services


@pytest.mark.journey
def test_the_story_ends_well() -> None:
    done = subprocess.run(
        services.haihe("demo", "--scale", "0.0005"), capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "每一步结果都对" in done.stdout
