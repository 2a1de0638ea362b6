from tests.api.served import Served
import re
def test_smoke(served: Served) -> None:
    a = served.ask("/v1/events.json"); 
    e = a.json["events"][0]
    p = re.sub("^https?://[^/]*", "", e["links"]["page"])
    print(p, served.ask(p).status, served.ask(p + ".ics").text)
    print(served.ask("/seattle/week.ics?cancelled=no").text, served.ask("/seattle/week.ics?foo=no").text, served.ask("/x.ics").text, served.ask("/seattle/week.ics?at=2026-11-01").text)
    assert 0
