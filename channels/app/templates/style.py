"""Give the style sheet of the pages that the server writes itself: readable, printable, the same blue as the H5."""

STYLE = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:#f4f6fa;color:#1c2533;font:17px/1.7 -apple-system,BlinkMacSystemFont,"PingFang SC","Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;overflow-wrap:break-word}
a{color:#1a5fb4}
a:focus,summary:focus{outline:3px solid #ffb020;outline-offset:2px}
.skip{position:absolute;left:-999px}
.skip:focus{left:8px;top:8px;background:#fff;padding:8px 12px}
header{background:#144a8f;color:#fff}
.in{max-width:760px;margin:0 auto;padding:12px 16px}
header .in{display:flex;align-items:center;justify-content:space-between}
header a{display:inline-block;min-height:44px;line-height:44px;color:#fff;font-weight:600;text-decoration:none}
h1{margin:8px 0 10px;font-size:26px;line-height:1.35}
h2{margin:0 0 10px;font-size:20px;line-height:1.4}
h2 a{display:inline-block;min-height:44px;padding:8px 0}
h3{margin:0;font-size:17px}
p{margin:0 0 10px}
section{margin:0 0 14px;padding:18px 16px;background:#fff;border-radius:12px}
ul,ol{margin:0;padding-left:1.4em}
li{margin-bottom:6px}
dl{margin:0}
dl>div{display:flex;padding:4px 0}
dt{flex:none;width:6em;color:#4a5365}
dd{flex:1;min-width:0;margin:0}
ol>li,ul>li{padding:4px 0}
.chips{display:flex;flex-wrap:wrap;margin:0 -4px 8px;padding:0;list-style:none}
.chips li{margin:0;padding:4px}
.chips a{display:block;min-height:44px;padding:7px 16px;border:1px solid #c3d0e2;border-radius:999px;text-decoration:none}
.soft{color:#4a5365}
.ask{display:inline-block;min-height:48px;margin:4px 12px 8px 0;padding:10px 22px;border-radius:10px;background:#1a5fb4;color:#fff;text-decoration:none;font-weight:600}
.plain{display:inline-block;min-height:44px;line-height:44px}
.warn{padding:10px 12px;border-radius:8px;background:#fff5e0;color:#7a4b00}
@media print{body{background:#fff}.ask,.skip{display:none}section{padding:0}header{color:#000;background:none}header a{color:#000}}
""".strip()
