"""Chaos files: valid ones are injected in order, others are refused with the file's name."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

from vitrine.sandbox import FaultError, read_chaos


def test_a_process_injects_the_faults_of_its_chaos_file(tmp_path, dot, data_uri):
    chaos = tmp_path / "chaos.json"
    chaos.write_text(
        '[{"kind": "answer", "status": 429, "retry_after_s": 3}, {"kind": "no-id", "times": null}]'
    )
    command = [
        sys.executable,
        "-m",
        "vitrine.sandbox",
        "--port",
        "0",
        "--engine",
        "stub",
        "--chaos",
        str(chaos),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        with httpx.Client(base_url=process.stdout.readline().split()[-1]) as client:
            body = {"model": "trellis-2-4b", "image": data_uri(dot)}
            answers = [
                client.post("/v1/3d/generations", json=body, headers={"x-api-key": "k"}) for _ in "123"
            ]
        assert [answer.status_code for answer in answers] == [429, 200, 200]
        assert answers[0].headers["retry-after"] == "3"
        assert all("job_id" not in answer.json() for answer in answers[1:])
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize(
    "text", ['{"kind": "answer", "stattus": 500}', "[1]", "{", "", '{"kind": "slow", "delay_s": -1}']
)
def test_an_invalid_chaos_file_is_refused_with_its_name(tmp_path, text):
    chaos = tmp_path / "chaos.json"
    chaos.write_text(text)
    with pytest.raises(FaultError, match=r"chaos\.json: "):
        read_chaos(chaos)
    with pytest.raises(FaultError, match="No such file"):
        read_chaos(tmp_path / "none.json")
