/**
 * A daily report as one page of HTML that needs nothing else: style inside, no script, light, made for A4. Every value is
 * escaped; the style is a constant, so that a content policy can name it by its hash.
 */
import type { DailyDocument, DocBlock, DocCell, DocSection, DocTable } from './daily-shape.ts';
import { text } from '../words/text.ts';

/** The whole style of the page. */
export const DAILY_STYLE = `
@page { size: A4; margin: 14mm 14mm 16mm; @bottom-right { content: counter(page) ' / ' counter(pages); font: 9px system-ui, sans-serif; color: #444; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 190mm; padding: 24px 16px; background: #fff; color: #111; font: 13px/1.45 system-ui, sans-serif; }
h1 { font-size: 22px; margin: 0 0 4px; }
h2 { font-size: 15px; margin: 22px 0 6px; border-bottom: 1px solid #999; padding-bottom: 2px; break-after: avoid; }
h3 { font-size: 13px; margin: 10px 0 2px; break-after: avoid; }
p { margin: 4px 0; }
.note, .lines { color: #444; }
.verdict { border: 1px solid #999; border-left-width: 6px; padding: 8px 12px; margin: 12px 0; break-inside: avoid; }
.verdict p { font-weight: 600; }
.good { color: #06756a; }
.warn { color: #8a5a00; }
.bad { color: #b3261e; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 1px 16px; margin: 6px 0; }
dl div { display: contents; }
dt { color: #444; }
dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 6px 0 10px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 2px 8px 2px 0; vertical-align: top; border-bottom: 1px solid #ddd; }
th + th, td + td { padding-left: 8px; }
th { font-size: 11px; color: #444; border-bottom-color: #999; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.right { text-align: right; padding: 2px 0 2px 8px; white-space: nowrap; }
.sum tbody tr:last-child td { border-top: 1px solid #111; border-bottom: 3px double #111; font-weight: 600; }
table.exits { width: auto; }
.block { break-inside: avoid; }
.lines { margin: 0 0 6px; padding-left: 18px; overflow-wrap: anywhere; }
.trades { font-size: 11px; }
.trades td:nth-child(3) { white-space: nowrap; }
@media print { body { padding: 0; max-width: none; font-size: 11px; } .wide { overflow: visible; } }
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text that stands for nothing but itself. Control characters, which no browser shows, become dots. */
export const escaped = (words: string): string =>
  words.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '').replaceAll(/\p{Cc}/gu, '·');

const span = ({ text: words, tone }: DocCell): string =>
  tone === 'plain' ? escaped(words) : `<span class="${tone}">${escaped(words)}</span>`;

const pairs = (list: DocSection['pairs']): string =>
  list.length === 0
    ? ''
    : `<dl>${list.map(({ label, cell }) => `<div><dt>${escaped(label)}</dt><dd>${span(cell)}</dd></div>`).join('')}</dl>`;

function table({ name, heads, right, rows, sum }: DocTable): string {
  const side = (column: number): string => (right.includes(column) ? ' class="right"' : '');
  const head = heads
    .map((words, column) => `<th scope="col"${side(column)}>${escaped(words)}</th>`)
    .join('');
  const body = rows
    .map(
      (cells) =>
        `<tr>${cells.map((cell, column) => `<td${side(column)}>${span(cell)}</td>`).join('')}</tr>`,
    )
    .join('\n');
  return `<div class="wide"><table class="${name}${sum ? ' sum' : ''}"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

const block = ({ title, tone, lines }: DocBlock): string =>
  `<div class="block"><h3>${span({ text: title, tone })}</h3>${
    lines.length === 0
      ? ''
      : `<ul class="lines">${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`
  }</div>`;

const section = (one: DocSection): string =>
  `<section id="${one.id}"><h2>${escaped(one.title)}</h2>
${pairs(one.pairs)}${one.tables.map(table).join('')}${one.blocks.map(block).join('')}${one.notes
  .map((note) => `<p class="note">${escaped(note)}</p>`)
  .join('')}</section>`;

/** The page. */
export const dailyHtml = (document: DailyDocument): string => `<!doctype html>
<html lang="${document.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>Lockstep · ${escaped(document.title)}</title>
<style>${DAILY_STYLE}</style>
</head>
<body>
<h1>${escaped(document.title)}</h1>
${pairs(document.head)}
<p class="note">${escaped(text(document.lang, 'daily.times'))}</p>
<div class="verdict">${document.verdict.map((cell) => `<p>${span(cell)}</p>`).join('')}</div>
${document.sections.map(section).join('\n')}
</body>
</html>
`;
