/**
 * Reads the repository as text: its files, and of a source its code without comments and strings, its strings, and its
 * imports. The scanner knows strings, templates, comments and regular expressions, no more of the language than that.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const apart = new Set(['node_modules', '.git', '.build', 'dist', 'data', 'coverage']);

/** All files under a folder of the repository, relative to its root, sorted; built and installed things left out. */
export function filesUnder(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !apart.has(entry.name))
    .map((entry) => ({ entry, path: folder === '.' ? entry.name : `${folder}/${entry.name}` }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(({ entry, path }) => (entry.isDirectory() ? filesUnder(path) : [path]));
}

/** The text of a file of the repository. */
export function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Whether a file is code. */
export function isCode(file: string): boolean {
  return /\.(ts|tsx|mts|mjs|js|jsx|cts|cjs)$/.test(file);
}

/** `code`: the source with comments and the insides of strings blanked, line by line as before; `strings`: what they held. */
export type Scanned = {
  readonly code: string;
  readonly strings: readonly { readonly at: number; readonly text: string }[];
};

/** After these a slash begins a regular expression, and not a division. */
const beforeRegex =
  /(?:^|[([{,;=:!&|?+\-*%<>~^}]|\b(?:return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield))\s*$/;

/** Separates a source into code and strings. */
export function scan(source: string): Scanned {
  const out = Array.from({ length: source.length }, (_, i) => source[i] ?? '');
  const strings: { at: number; text: string }[] = [];
  /** One entry per open template: how many braces are open inside its current hole. */
  const holes: number[] = [];

  const blank = (from: number, to: number): number => {
    for (let i = from; i < to; i += 1) if (out[i] !== '\n') out[i] = ' ';
    return to;
  };
  const keep = (from: number, to: number): number => {
    strings.push({ at: from, text: source.slice(from, to) });
    return blank(from, to);
  };
  /** Reads a template's text from `from` up to its end or its next hole. */
  const template = (from: number): number => {
    const end = keep(from, templateEnd(source, from));
    if (source[end] === '`') return end + 1;
    holes.push(0);
    return end + 2;
  };
  const brace = (at: number): number => {
    const depth = holes.pop();
    if (depth === undefined) return at + 1;
    if (source[at] === '}' && depth === 0) return template(at + 1);
    holes.push(source[at] === '{' ? depth + 1 : depth - 1);
    return at + 1;
  };
  const next = (at: number): number => {
    const char = source[at];
    if (source.startsWith('//', at)) return blank(at, endOf(source, at, '\n'));
    if (source.startsWith('/*', at)) return blank(at, endOf(source, at + 2, '*/') + 2);
    if (char === "'" || char === '"') return keep(at + 1, stringEnd(source, at + 1, char)) + 1;
    if (char === '`') return template(at + 1);
    if (char === '{' || char === '}') return brace(at);
    if (char !== '/') return at + 1;
    const before = out.slice(Math.max(0, at - 40), at).join('');
    return beforeRegex.test(before) ? blank(at + 1, regexEnd(source, at + 1)) + 1 : at + 1;
  };

  for (let at = 0; at < source.length; ) at = next(at);
  return { code: out.slice(0, source.length).join(''), strings };
}

function endOf(source: string, from: number, closing: string): number {
  const end = source.indexOf(closing, from);
  return end === -1 ? source.length : end;
}

/** Where a quoted string ends: at its quote, or at the end of its line (an apostrophe in the text of a page). */
function stringEnd(source: string, from: number, quote: string): number {
  let i = from;
  while (i < source.length && source[i] !== quote && source[i] !== '\n')
    i += source[i] === '\\' ? 2 : 1;
  return i;
}

function templateEnd(source: string, from: number): number {
  let i = from;
  while (i < source.length && source[i] !== '`' && !source.startsWith('${', i))
    i += source[i] === '\\' ? 2 : 1;
  return i;
}

function regexEnd(source: string, from: number): number {
  let i = from;
  let inClass = false;
  while (i < source.length && source[i] !== '\n' && (inClass || source[i] !== '/')) {
    if (source[i] === '[') inClass = true;
    if (source[i] === ']') inClass = false;
    i += source[i] === '\\' ? 2 : 1;
  }
  return i;
}

/** Imports, exports from, dynamic imports, types taken from a module. What follows each is a string, or computed. */
const importForms = [
  /(?<![\w$.])(?:import|export)\b(?!\s*[.(])[^;'"`()=]*?\bfrom\s*(?=['"])/g,
  /(?<![\w$.])import\s*(?=['"])/g,
  /(?<![\w$.])import\s*\(\s*/g,
  /(?<![\w$.])require\s*\(\s*/g,
];

/** A file named relative to this one: code where a worker is started, else data. */
const besideForm = /\bnew\s+URL\s*\(\s*(?=[^)]*\bimport\s*\.\s*meta\b)/g;

/** Everything that a source imports, by whatever form; `undefined` = an import whose target is computed. */
export function importsOf(source: string): readonly (string | undefined)[] {
  const { code, strings } = scan(source);
  const targets = (form: RegExp): (string | undefined)[] =>
    [...code.matchAll(form)].map((match) => {
      const at = match.index + match[0].length + 1;
      return strings.find((string) => string.at === at)?.text;
    });
  const beside = targets(besideForm).filter((target) => target !== undefined && isCode(target));
  return [...importForms.flatMap(targets), ...beside];
}

/** The number of the line that an offset lies on, from 1. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}
