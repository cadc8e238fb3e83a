"""The page's look: one column on a phone, cards beside each other on a desk, and both in the dark."""

import re
from collections.abc import Mapping
from typing import Final

FONT: Final = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif'

LIGHT: Final[Mapping[str, str]] = {
    "paper": "#f6f7f9",
    "card": "#fff",
    "ink": "#1b2430",
    "soft": "#56616f",
    "line": "#dfe3e8",
    "land": "#d9dfe6",
    "mark": "#1f5fa8",
    "good": "#1b6e45",
    "bad": "#a8281f",
    "limit": "#b3261e",
    "c1": "#2b66b1",
    "c2": "#c26a12",
    "c3": "#2f8f72",
    "c4": "#8a5bb5",
    "c5": "#c0504d",
    "c6": "#3f8fb5",
    "c7": "#7f8a97",
}

DARK: Final[Mapping[str, str]] = {
    "paper": "#12161c",
    "card": "#1a2029",
    "ink": "#e6eaf0",
    "soft": "#a3aebb",
    "line": "#2f3945",
    "land": "#2c3642",
    "mark": "#6ea8ef",
    "good": "#6cc799",
    "bad": "#ff8f86",
    "limit": "#ff8f86",
    "c1": "#5b97de",
    "c2": "#e6a04f",
    "c3": "#55b896",
    "c4": "#ab84d6",
    "c5": "#dc7a76",
    "c6": "#82c2de",
    "c7": "#717d8b",
}


def variables(colours: Mapping[str, str]) -> str:
    """What `var(--ink)` and its like stand for, in all of a document."""
    return ":root{" + ";".join(f"--{name}:{colour}" for name, colour in colours.items()) + "}"


def spelt_out(rules: str, colours: Mapping[str, str]) -> str:
    """The rules without variables, which many a reader of drawings outside a browser does not know."""
    return re.sub(r"var\(--(\w+)\)", lambda found: colours[found[1]], rules)


STYLE: Final = (
    f"{variables(LIGHT)}\n@media(prefers-color-scheme:dark){{{variables(DARK)}}}\nbody{{font:15px/1.5 {FONT}}}\n"
    """*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:1160px;padding:24px 20px 40px;background:var(--paper);color:var(--ink);
font-variant-numeric:tabular-nums}
h1{margin:0;font-size:26px;line-height:1.2}
h2{margin:0 0 4px;font-size:18px}
h3{margin:0 0 6px;font-size:14px}
h3 small{font-weight:400;font-size:13px;color:var(--soft)}
a{color:var(--mark)}
.lead{margin:0 0 14px;color:var(--soft)}
header .lead{margin:2px 0 12px}
nav{display:flex;flex-wrap:wrap;gap:4px 16px;margin-bottom:18px}
section,.tiles>div{background:var(--card);border:1px solid var(--line);border-radius:8px}
section{padding:18px 20px;margin:16px 0 0}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:12px;margin:0}
.tiles>div{padding:12px 16px}
dt{color:var(--soft);font-size:13px}
dd{margin:0;font-size:22px;font-weight:600;line-height:1.35}
dd.note{font-size:13px;font-weight:400;color:var(--soft)}
.beside{display:grid;grid-template-columns:minmax(0,1.15fr) minmax(0,1fr);gap:20px;align-items:center}
.map{display:block;width:100%;height:auto}
.land{fill:var(--land)}
.grid{fill:none;stroke:var(--line);stroke-width:1}
.map .grid{stroke-width:.5;opacity:.7}
.region{fill:var(--mark);fill-opacity:.3;stroke:var(--mark);stroke-width:1.5}
.centre{fill:var(--mark)}
.leader{fill:none;stroke:var(--soft);stroke-width:1}
svg text{fill:var(--soft);font-size:11.5px}
.map text{fill:var(--ink);font-size:15px;font-weight:600;dominant-baseline:central;
paint-order:stroke;stroke:var(--card);stroke-width:3px}
.middle{dominant-baseline:central}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:0 0 14px;padding:0;list-style:none;font-size:13px;color:var(--soft)}
.key{display:inline-block;width:12px;height:12px;margin-right:6px;border-radius:2px;vertical-align:-1px}
.key.need,.key.bound{height:0;width:18px;border-radius:0;vertical-align:4px;border-top:2px solid var(--c2)}
.key.bound{border-top:2px dashed var(--soft)}
.c1{fill:var(--c1);background:var(--c1)}.c2{fill:var(--c2);background:var(--c2)}.c3{fill:var(--c3);background:var(--c3)}
.c4{fill:var(--c4);background:var(--c4)}.c5{fill:var(--c5);background:var(--c5)}.c6{fill:var(--c6);background:var(--c6)}
.c7{fill:var(--c7);background:var(--c7)}
.block{margin-bottom:14px}
.row{display:grid;grid-template-columns:72px minmax(0,1fr) 76px;gap:10px;align-items:center;margin:3px 0}
.wide .row{grid-template-columns:200px minmax(0,1fr) 60px}
.card .row{grid-template-columns:62px minmax(0,1fr) 46px;gap:8px;margin:2px 0}
.name{color:var(--soft);font-size:13px}
.amount{text-align:right;font-size:13px}
.bar{display:block;width:100%;height:16px;border-radius:3px;background:color-mix(in srgb,var(--line) 45%,transparent)}
.card .bar{height:12px}
.limit{stroke:var(--limit);stroke-width:2}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:18px 24px}
.card{min-width:0}
.chart{display:block;width:100%;height:auto}
.area{fill:var(--c1);opacity:.18}
.line{fill:none;stroke:var(--c1);stroke-width:2}
.need{fill:none;stroke:var(--c2);stroke-width:1.6}
.bound{fill:none;stroke:var(--soft);stroke-width:1.2;stroke-dasharray:4 4}
.scroll{overflow-x:auto}
.scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--mark);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:13.5px}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{padding:6px 10px 6px 0;text-align:left;white-space:nowrap;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-weight:600;font-size:12.5px;line-height:1.3;vertical-align:bottom;white-space:normal;
min-width:44px}
tbody th{font-weight:600}
.number{text-align:right;padding:6px 0 6px 12px}
details{margin-top:12px}
summary{cursor:pointer;color:var(--soft);font-size:13px}
.good{color:var(--good);font-weight:600}
.bad{color:var(--bad);font-weight:600}
.reasons{margin:12px 0 0;padding-left:18px;font-size:13px;color:var(--soft)}
footer{margin-top:20px;color:var(--soft);font-size:13px}
@media(max-width:900px){.tiles{grid-template-columns:repeat(2,1fr)}.beside{grid-template-columns:minmax(0,1fr)}}
@media(max-width:560px){body{padding:16px 12px 32px}section{padding:14px}.tiles>div{padding:10px 12px}dd{font-size:19px}
.map text{font-size:20px;stroke-width:5px}
table{font-size:12.5px}.beside td:nth-child(2),.beside th:nth-child(2){display:none}
.wide .row{grid-template-columns:minmax(0,1fr) 60px;row-gap:0;margin-bottom:8px}
.wide .name{grid-column:1/-1}.number{padding-left:8px}}
@media print{body{max-width:none;background:#fff}section{break-inside:avoid}}
"""
)
