"""Chaos files: valid ones are injected in order, others are refused with the file's name."""

from __future__ import annotations

import pytest

from vitrine.sandbox import FaultError, read_chaos


def test_a_process_injects_the_faults_of_its_chaos_file(tmp_path, order, submit, start_process):
    chaos = tmp_path / "chaos.json"
    chaos.write_text(
        '[{"kind": "answer", "status": 429, "retry_after_s": 3}, {"kind": "no-id", "times": null}]'
    )
    _, client = start_process("--engine", "stub", "--chaos", str(chaos))
    responses = [submit(client, order) for _ in range(3)]
    assert [response.status_code for response in responses] == [429, 200, 200]
    assert responses[0].headers["retry-after"] == "3"
    assert all("job_id" not in response.json() for response in responses[1:])


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
