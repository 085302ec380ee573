"""Files are found wherever a status names them."""

from __future__ import annotations

from typing import Any

import pytest

from vitrine.models.job_status import Output
from vitrine.providers.answers.outputs import MAX_OUTPUTS, answer_keys, find_outputs

GLB = "https://cdn.example/vase.glb?signature=1"
FILE = "https://cdn.example/output.ext"
PNG = "https://cdn.example/preview.png"
DATA = "data:model/gltf-binary;base64,Z2xURg=="


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"result": {"data": [{"url": GLB, "content_type": "model/gltf-binary"}]}}, [GLB]),
        ({"output": {"media_url": [FILE], "media_type": "application/octet-stream"}}, [FILE]),
        ({"output": {"media_url": FILE}}, [FILE]),
        ({"output": {"media_url": {"url": FILE}}}, [FILE]),
        ({"output": {"media_url": []}}, []),
        ({"result": GLB}, [GLB]),
        ({"output": [PNG, GLB]}, [GLB]),
        ({"output": [FILE, GLB]}, [GLB, FILE]),
        ({"result": {"url": "/files/vase.glb"}}, ["/files/vase.glb"]),
        ({"result": {"url": "files/vase.glb"}}, ["files/vase.glb"]),
        (
            {"model_mesh": {"url": FILE, "file_name": "vase.glb"}, "timings": {"inference": 3}},
            [FILE],
        ),
        ({"output": {"model_file": FILE, "color_video": "https://cdn.example/turn"}}, [FILE]),
        ({"output": {"video": {"url": FILE}, "model_glb": GLB, "zip": "https://x.example/all.zip"}}, None),
        ({"data": {"model_glb": {"url": FILE}, "thumbnail": {"url": "https://cdn.example/t"}}}, [FILE]),
        ({"result": DATA}, [DATA]),
        ({"result": f'{{"url": "{FILE}"}}'}, [FILE]),
        ({"result": f'"{FILE}"'}, [FILE]),
        ({"result": "{no JSON"}, []),
        ({"result": {"url": FILE.replace("https", "HTTPS")}}, [FILE.replace("https", "HTTPS")]),
        ({"files": [{"name": "vase.glb", "download_url": FILE}]}, [FILE]),
        ({"result": {"url": DATA}}, [DATA]),
        ({"result": {"url": "data:image/png;base64,AAAA"}}, []),
        ({"data": [{"b64_json": "Z2xURg=="}]}, ["Z2xURg=="]),
        ({"input": {"image": GLB}, "poll_url": GLB, "status_url": GLB, "image_url": GLB, "logs": [GLB]}, []),
        ({"result": {"url": None}, "model": "trellis-2-4b", "usage": {"cost": 1}}, []),
    ],
)
def test_a_file_is_found_in_every_shape(answer: dict[str, Any], found: list[str] | None) -> None:
    outputs = [output.url or output.b64 for output in find_outputs(answer)]
    if found is None:
        found = [GLB, "https://x.example/all.zip"]
    assert outputs == found


def test_so_many_files_are_tried_and_no_more() -> None:
    many = {"output": [f"https://cdn.example/{number}" for number in range(50)]}
    assert len(find_outputs(many)) == MAX_OUTPUTS
    assert find_outputs({"output": [GLB, GLB], "result": GLB}) == (Output(url=GLB),)


def test_the_fields_of_an_answer_are_named() -> None:
    answer = {"status": "done", "output": {"thing": {"at": 1}, "list": []}, "empty": {}}
    assert answer_keys(answer) == ("status", "output.thing.at", "output.list", "empty")
    assert len(answer_keys({str(number): 1 for number in range(50)})) == 20
