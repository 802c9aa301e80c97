"""Stil: how reports look, on a screen, on a small one, and on paper."""

from __future__ import annotations

__all__ = ["CSS", "LANDSCAPE", "PORTRAIT"]

#: Nothing is fetched: the fonts are those of whoever reads it.
CSS = """
:root { color-scheme: light }
* { box-sizing: border-box }
html { font-family: "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif;
  font-size: 14px; line-height: 1.35; color: #1b2733; background: #fff; overflow-wrap: break-word }
body { margin: 0 }
main { max-width: 720px; margin: 0 auto; padding: 16px }
main.wide { max-width: 1060px }
h1 { font-size: 22px; line-height: 1.15; margin: 0; color: #14507d }
h2 { font-size: 16px; margin: 0 0 6px; color: #14507d }
p { margin: 0 0 6px }
header { border-bottom: 3px solid #14507d; padding-bottom: 6px; margin-bottom: 8px }
header p { margin: 2px 0 0; color: #44535f }
section { margin-top: 12px }
section h2 + * + h2 { margin-top: 10px }
.lead { font-size: 15px }
.note, footer { font-size: 12px; color: #44535f }
footer { margin-top: 10px; border-top: 1px solid #9aa9b5; padding-top: 4px }
.keys { display: flex; gap: 8px; margin: 8px 0 0; padding: 0; list-style: none; flex-wrap: wrap }
.keys li { flex: 1 1 112px; border: 1px solid #9aa9b5; border-top: 4px solid #14507d; padding: 4px 7px }
.keys strong { display: block; font-size: 18px; line-height: 1.25; white-space: nowrap }
.keys span { display: block; font-size: 12px; color: #44535f }
.scroll { overflow-x: auto }
.trend { display: block; width: 100%; min-width: 680px; height: auto }
.wide .trend { max-width: 720px }
.trend text { font-family: inherit }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums }
caption { text-align: left; font-size: 12px; color: #44535f; padding-bottom: 2px }
caption h2 { margin: 0 }
th, td { text-align: right; padding: 2px 5px; border-bottom: 1px solid #d5dde4; vertical-align: top }
th { font-weight: 600 }
thead th { border-bottom: 1px solid #52677a; vertical-align: bottom }
th[scope=row], thead th:first-child, .text { text-align: left }
.wide th[scope=row] { min-width: 240px }
tbody th[scope=row] { font-weight: 400 }
tr.sum th, tr.sum td, tr.total th, tr.total td, tr.own th, tr.own td { font-weight: 700 }
tr.sum th, tr.sum td { background: #eef3f7 }
tr.total th, tr.total td { border-top: 2px solid #52677a; border-bottom: 0 }
tr.own th, tr.own td { background: #e3edf5 }
tr.gap th, tr.gap td { color: #44535f; line-height: 1 }
table.months, .two table { font-size: 12px }
table.months th, table.months td { padding: 2px 3px; white-space: nowrap }
table.months thead th { font-weight: 400 }
.two { display: flex; gap: 0 24px; flex-wrap: wrap }
.two > * { flex: 1 1 300px; min-width: 0 }
.wide .two > * { flex-basis: 240px }
.wide .two th[scope=row] { min-width: 0 }
.bar { text-align: left; width: 28% }
.wide .bar { width: 110px; min-width: 80px }
th.text { width: auto }
.bar span { display: block; height: 12px; margin-top: 3px; background: #14507d }
.next { border: 2px solid #14507d; padding: 8px 12px 4px; margin-top: 12px }
.next h2 { margin: 0 }
.next h3 { font-size: 16px; margin: 2px 0 }
ul.plain { margin: 0; padding: 0; list-style: none }
ul.plain li { margin-bottom: 3px }
@media (max-width: 480px) { .bar { display: none } }
@media (forced-colors: active) { .bar span { background: CanvasText; forced-color-adjust: none } }
@media print {
  main, main.wide { max-width: none; padding: 0 }
  .trend { min-width: 0 }
  .two > *, .next, .trend, tr { break-inside: avoid }
  h2, thead { break-after: avoid }
}
"""
PORTRAIT = "@page { size: A4; margin: 11mm 14mm 9mm }"
LANDSCAPE = "@page { size: A4 landscape; margin: 12mm 14mm }"
