/** How the report looks: the page's paper and ink, in light, in dark and in print. */

/** The style sheet of a report; self-contained, no fonts to fetch. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(oklch(98.6% 0.003 90), oklch(17.5% 0.006 270));
  --raised: light-dark(oklch(96.2% 0.004 90), oklch(21.5% 0.008 270));
  --ink: light-dark(oklch(23% 0.012 270), oklch(92% 0.004 90));
  --muted: light-dark(oklch(48% 0.012 270), oklch(70% 0.01 270));
  --rule: light-dark(oklch(90.5% 0.005 90), oklch(28% 0.01 270));
  --accent: light-dark(oklch(49% 0.2 266), oklch(76% 0.12 272));
  --serif: Charter, "Bitstream Charter", "Sitka Text", "Iowan Old Style", "Liberation Serif", serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Source Code Pro", "Liberation Mono", monospace;
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 84rem;
  padding: clamp(1.25rem, 3vw, 3rem) clamp(1rem, 3.5vw, 3.5rem) 4rem;
  background: var(--paper); color: var(--ink);
  font: 0.9375rem/1.5 var(--sans); font-variant-numeric: tabular-nums lining-nums;
  text-size-adjust: 100%;
}
h1, h2 { font-family: var(--serif); font-weight: 600; line-height: 1.15; text-wrap: balance; }
h1 { margin: 0 0 0.75rem; font-size: clamp(1.75rem, 1.4rem + 1.4vw, 2.25rem); }
h2 { margin: 3rem 0 0.5rem; padding-top: 1rem; border-top: 1px solid var(--rule); font-size: 1.25rem; }
p { margin: 0.5rem 0; max-width: 68ch; }
.lead { font-family: var(--serif); font-size: 1.125rem; }
.note, figcaption, .muted { color: var(--muted); font-size: 0.8125rem; }
code { font: 0.8125rem/1.6 var(--mono); overflow-wrap: anywhere; }
pre {
  margin: 0.75rem 0; padding: 0.5rem 0.75rem; max-width: 100%;
  background: var(--raised); border-radius: 4px; white-space: pre-wrap;
}
.wide { overflow-x: auto; overscroll-behavior-x: contain; }
.wide:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; }
th, td { padding: 0.375rem 1rem 0.375rem 0; text-align: start; vertical-align: top; }
th { font-weight: 500; }
thead th { color: var(--muted); font-size: 0.8125rem; border-bottom: 1px solid var(--rule); }
tbody tr + tr > * { border-top: 1px solid var(--rule); }
td small, th small { display: block; color: var(--muted); font-size: 0.75rem; font-weight: 400; }
.letter { color: var(--accent); font-family: var(--serif); font-weight: 700; }
.checkpoints { display: grid; gap: 0.25rem 1.5rem; margin: 1rem 0; padding: 0; list-style: none;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); }
.checkpoints li { display: grid; grid-template-columns: 1.5rem 1fr; }
.checkpoints small { display: block; color: var(--muted); font-size: 0.8125rem; }
.metrics td > b { display: none; }
.metrics td > span { white-space: nowrap; }
.metrics .best { font-weight: 650; }
.metrics .best small { color: var(--accent); }
.pair { display: grid; gap: 0 3rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 5rem + var(--columns) * 7.5rem), 1fr)); }
.pair section { display: grid; grid-template-rows: subgrid; grid-row: span 4; min-width: 0; }
.pair .scale { grid-row: 3; }
.pair .wide { grid-row: 4; }
.pictures { table-layout: fixed; width: 100%; max-width: calc(4rem + var(--columns) * 10.5rem); }
.pictures th:first-child { width: 4rem; color: var(--muted); font-size: 0.8125rem; }
.pictures th, .pictures td { padding: 0 0.375rem 0.375rem 0; border: 0; }
.pictures tbody tr + tr > * { border-top: 0; }
.pictures thead th { padding-bottom: 0.375rem; color: var(--ink); }
.pictures tbody th { padding-top: 0.25rem; font-weight: 400; }
.pictures img { display: block; width: 100%; aspect-ratio: 1; image-rendering: pixelated; }
.pictures td small { margin-top: 0.125rem; }
.scale { display: grid; grid-template-columns: auto minmax(6rem, 16rem) auto; gap: 0.5rem;
  align-items: center; width: fit-content; margin: 0.75rem 0; color: var(--muted); font-size: 0.8125rem; }
.scale i { height: 0.625rem; border-radius: 2px; print-color-adjust: exact; }
.settings td, .settings th { font-size: 0.8125rem; overflow-wrap: anywhere; }
.settings tbody th { color: var(--muted); font-weight: 400; white-space: nowrap; }
details { margin: 0.75rem 0; }
summary { cursor: pointer; color: var(--accent); }
@media (max-width: 40rem) {
  .beside { display: none; }
  th, td { padding-right: 0.75rem; }
  .metrics thead { position: absolute; clip-path: inset(50%); }
  .metrics, .metrics tbody, .metrics tr, .metrics th { display: block; }
  .metrics tbody tr { padding: 0.5rem 0; }
  .metrics tbody tr > * { border: 0; padding: 0 0 0.25rem; }
  .metrics th br { display: none; }
  .metrics th small > span::after { content: ","; }
  .metrics td { display: grid; grid-template-columns: 1.25rem 1fr; column-gap: 0.25rem; }
  .metrics td > b { display: block; }
  .metrics td > small { grid-column: 2; }
  .pictures th:first-child { width: 2.25rem; }
  .pictures th, .pictures td { padding-right: 0.25rem; }
}
@media print {
  :root { color-scheme: light; --paper: white; }
  body { max-width: none; padding: 0; font-size: 9pt; }
  h2 { break-after: avoid; }
  tr, .checkpoints li { break-inside: avoid; }
  thead { display: table-header-group; }
  .wide { overflow: visible; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .pictures { max-width: calc(2rem + var(--columns) * 3.5cm); }
}
`;
