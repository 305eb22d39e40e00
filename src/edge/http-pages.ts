/**
 * The dashboard's files, read from the built folder when the server starts: only what lay there then is ever served, so no
 * address can lead out of it. They hold no data and need no session. The page itself gets a fresh nonce with each answer.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fingerprint, secretText } from './entropy.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Addresses that the dashboard shows as pages of its own: they all answer the one page. */
const PAGES =
  /^\/(?:$|(?:overview|trades|breaks|controls|practice|login|audit|alerts)(?:\/[^/]+)?\/?$|recon(?:\/(?:reports|daily)\/[^/]+)?\/?$)/;

/** Vite puts a hash of the content into the names of what it built. */
const HASHED = /^\/assets\/.+-[\w-]{8}\.\w+$/;

type StaticFile = { readonly type: string; readonly body: Buffer; readonly tag: string };

export type PagesOptions = {
  /** The built dashboard: a folder with `index.html`. */
  readonly webRoot: string;
  /** `http://127.0.0.1:8788` where the practice page may talk to the practice exchange; null elsewhere. */
  readonly practiceOrigin: string | null;
};

export type Pages = {
  /** The answer to a GET of `path`; undefined when there is no such page or file. */
  readonly answer: (
    path: string,
    request: { readonly host: string; readonly ifNoneMatch: string | null },
  ) => Response | undefined;
};

function filesUnder(folder: string, path = ''): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = `${path}/${entry.name}`;
    return entry.isDirectory()
      ? filesUnder(join(folder, entry.name), name)
      : entry.isFile()
        ? [name]
        : [];
  });
}

/** What the page may load and whom it may talk to; all else is refused by the browser. */
export function contentPolicy(
  nonce: string,
  { host, practiceOrigin }: { readonly host: string; readonly practiceOrigin: string | null },
): string {
  const practice =
    practiceOrigin === null ? [] : [practiceOrigin, practiceOrigin.replace(/^http/, 'ws')];
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    ["connect-src 'self'", `ws://${host}`, ...practice].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
  ].join('; ');
}

const NOT_BUILT =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Lockstep</title><p>The dashboard is not built. Run <code>npm run build</code> and start again.</p>';

/** Reads the folder once and answers from memory. */
export function openPages({ webRoot, practiceOrigin }: PagesOptions): Pages {
  const files = new Map<string, StaticFile>();
  for (const path of filesUnder(webRoot)) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const body = readFileSync(join(webRoot, path));
    files.set(path, { type, body, tag: `"${fingerprint(body.toString('latin1')).slice(0, 32)}"` });
  }
  const index = files.get('/index.html')?.body.toString('utf8');

  const page = (host: string): Response => {
    const nonce = secretText(16);
    const html = (index ?? NOT_BUILT)
      .replaceAll('__CSP_NONCE__', nonce)
      .replaceAll('__PRACTICE_ORIGIN__', practiceOrigin ?? '');
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentPolicy(nonce, { host, practiceOrigin }),
      'cache-control': 'no-store',
    };
    return new Response(html, { status: index === undefined ? 503 : 200, headers });
  };

  return {
    answer: (path, { host, ifNoneMatch }) => {
      if (PAGES.test(path) || path === '/index.html') return page(host);
      const file = files.get(path);
      if (file === undefined) return undefined;
      const caching = HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
      const headers = { 'content-type': file.type, 'cache-control': caching, etag: file.tag };
      if (ifNoneMatch === file.tag) return new Response(null, { status: 304, headers });
      return new Response(new Uint8Array(file.body), { status: 200, headers });
    },
  };
}
