"""The guarded transport connects to what the policy allows, whatever a name resolves to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from vitrine.errors import ConfigError, PhotoError, Refused
from vitrine.fetching import transport
from vitrine.fetching.policy import FetchPolicy
from vitrine.fetching.transport import GuardedTransport
from vitrine.photos.fetch import fetch_photo
from vitrine.recipe import PhotoOptions

NOTHING = FetchPolicy()


class Web:
    """A server on loopback that redirects as its paths say, and the addresses that names have."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.lookups: list[str] = []
        self.names: dict[str, list[list[str]]] = {}
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append(f"{self.headers['Host']}{self.path}")
                to = self.path.partition("?to=")[2]
                self.send_response(302 if to else 200)
                if to:
                    self.send_header("Location", to)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

        async def resolve(host: str, port: int) -> list[str]:
            del port
            web.lookups.append(host)
            answers = web.names.get(host)
            if answers is None:
                return [host]
            return answers.pop(0) if len(answers) > 1 else answers[0]

        monkeypatch.setattr(transport, "resolve", resolve)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    made = Web(monkeypatch)
    yield made
    made.server.shutdown()
    made.server.server_close()


async def get(url: str, policy: FetchPolicy = NOTHING) -> httpx.Response:
    async with httpx.AsyncClient(transport=GuardedTransport(policy), follow_redirects=True) as client:
        return await client.get(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "LOCALHOST.",
        "photos.localhost",
        "169.254.169.254",
        "10.1.2.3",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
async def test_this_machine_and_its_network_are_refused(web: Web, host: str) -> None:
    with pytest.raises(
        (Refused, httpx.InvalidURL), match=r"If you trust it, set VITRINE_FETCH_HOSTS=|Invalid"
    ):
        await get(f"http://{host}:{web.port}/")
    assert web.asked == []


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "192.168.1.1", "169.254.169.254", "::ffff:10.0.0.1"])
async def test_a_name_that_resolves_there_is_refused(web: Web, address: str) -> None:
    web.names["photos.example"] = [["8.8.8.8", address]]  # one of several is enough
    with pytest.raises(Refused, match=r"photos\.example is"):
        await get("http://photos.example/")
    assert web.asked == []


async def test_the_checked_address_is_the_one_that_is_connected_to(web: Web) -> None:
    web.names["rebind.example"] = [["127.0.0.1"], ["169.254.169.254"]]
    policy = FetchPolicy(hosts=(f"127.0.0.1:{web.port}",))
    assert (await get(f"http://rebind.example:{web.port}/a", policy)).text == "ok"
    assert web.lookups == ["rebind.example"], "asked once, and connected to the answer"
    assert web.asked == [f"rebind.example:{web.port}/a"]
    with pytest.raises(Refused, match="metadata"):
        await get(f"http://rebind.example:{web.port}/a", policy)


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("http://10.0.0.1/x", "private"),
        ("http://127.0.0.1:1/x", "loopback"),
        ("http://0x7f000001/x", "loopback"),
        ("//169.254.169.254/latest/meta-data/", "metadata"),
        ("http://inside.example/x", "private"),
    ],
)
async def test_each_redirect_is_checked(web: Web, target: str, says: str) -> None:
    web.names["inside.example"] = [["10.0.0.9"]]
    policy = FetchPolicy(hosts=(f"127.0.0.1:{web.port}",))
    with pytest.raises(Refused, match=says):
        await get(f"http://127.0.0.1:{web.port}/?to={target}", policy)
    assert len(web.asked) == 1


@pytest.mark.parametrize("port", [22, 25, 6379, 5432, 11211, 9200])
async def test_ports_of_other_services_are_refused(web: Web, port: int) -> None:
    web.names["shop.example"] = [["8.8.8.8"]]
    with pytest.raises(Refused, match=rf"at port {port}, and web servers are at 80, 443, 8080, 8443.*{port}"):
        await get(f"http://shop.example:{port}/")


@pytest.mark.parametrize("scheme", ["file", "ftp", "gopher", "s3", "unix"])
def test_other_schemes_are_refused(scheme: str) -> None:
    with pytest.raises(Refused, match="only http"):
        NOTHING.check_url(f"{scheme}://shop.example/a")


@pytest.mark.parametrize(
    ("entry", "allowed", "refused"),
    [
        ("127.0.0.1", ["http://127.0.0.1:9000/", "http://127.1/"], ["http://127.0.0.2/"]),
        ("127.0.0.1:9000", ["http://127.0.0.1:9000/"], ["http://127.0.0.1/", "http://127.0.0.1:9001/"]),
        ("10.1.0.0/16", ["http://10.1.2.3:81/"], ["http://10.2.0.1/"]),
        ("Photos.Intranet", ["http://photos.intranet:8123/"], []),
        ("::1", ["http://[::1]/"], ["http://127.0.0.1/"]),
        ("[::1]:80", ["http://[::1]/"], ["http://[::1]:81/"]),
    ],
)
def test_the_setting_allows_what_it_names_and_no_more(
    entry: str, allowed: list[str], refused: list[str]
) -> None:
    policy = FetchPolicy.from_env({"VITRINE_FETCH_HOSTS": f" {entry} "})
    for url in allowed:
        policy.check_url(url)
    for url in refused:
        with pytest.raises(Refused):
            policy.check_url(url)


@pytest.mark.parametrize("entry", ["http://intranet/", "10.0.0.0/99", "a b", "me@host"])
def test_a_wrong_entry_is_named(entry: str) -> None:
    with pytest.raises(ConfigError, match="VITRINE_FETCH_HOSTS has"):
        FetchPolicy.from_env({"VITRINE_FETCH_HOSTS": entry})


def test_a_sandbox_on_this_machine_allows_this_machine_and_another_account_does_not() -> None:
    sandbox = NOTHING.with_origin("http://127.0.0.1:8642")
    sandbox.check_url("http://127.0.0.1:9999/result.glb")
    with pytest.raises(Refused):
        sandbox.check_url("http://10.0.0.1/result.glb")
    hosted = NOTHING.with_origin("https://api.provider.example/v1")
    hosted.check_url("https://cdn.provider.example/result.glb")
    with pytest.raises(Refused):
        hosted.check_url("http://127.0.0.1:9999/result.glb")
    gateway = NOTHING.with_origin("http://10.0.0.7:8001")
    gateway.check_url("http://10.0.0.7:8001/jobs")
    with pytest.raises(Refused):
        gateway.check_url("http://10.0.0.7:8002/jobs")


async def test_a_photo_on_this_machine_needs_the_setting(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VITRINE_FETCH_HOSTS")
    with pytest.raises(PhotoError, match=rf"loopback.*set VITRINE_FETCH_HOSTS=127.0.0.1:{web.port}"):
        await fetch_photo(f"http://127.0.0.1:{web.port}/a.jpg", PhotoOptions())
    assert web.asked == []


async def test_every_address_of_a_name_is_tried(web: Web) -> None:
    web.names["two.example"] = [["127.0.0.9", "127.0.0.1"]]  # nothing listens at the first one
    policy = FetchPolicy(hosts=("127.0.0.0/8",))
    assert (await get(f"http://two.example:{web.port}/", policy)).text == "ok"
    web.names["none.example"] = [[]]
    with pytest.raises(httpx.ConnectError, match="no address"):
        await get("http://none.example/")


async def test_a_proxy_of_the_environment_is_used_for_names_and_not_for_literals(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{web.port}")
    assert (await get("http://shop.example/a.jpg")).text == "ok"
    assert web.asked == ["shop.examplehttp://shop.example/a.jpg"]
    with pytest.raises(Refused, match="metadata"):
        await get("http://169.254.169.254/")


async def test_the_resolver_names_what_it_cannot_resolve() -> None:
    from httpcore import ConnectError

    with pytest.raises(ConnectError, match="cannot be resolved"):
        await transport.resolve("no-such-name.invalid", 80)
    assert "127.0.0.1" in await transport.resolve("127.0.0.1", 80)
