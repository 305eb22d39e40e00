/** The address bar as state: every page has an address, Back always works, nothing is reloaded. */
import { type MouseEvent, useSyncExternalStore } from 'react';

const PLACES = [
  'overview',
  'trades',
  'breaks',
  'controls',
  'practice',
  'login',
  'recon',
  'audit',
  'alerts',
] as const;
type Place = (typeof PLACES)[number];

/** Pages with one object under them. */
const INSIDE: ReadonlyMap<string, Inside> = new Map([
  ['trades', 'trade'],
  ['breaks', 'break'],
  ['audit', 'fact'],
  ['recon/reports', 'report'],
  ['recon/daily', 'daily'],
]);
type Inside = 'trade' | 'break' | 'fact' | 'report' | 'daily';

/** The id in an address, or undefined when it is not well formed. */
function idOf(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

export type Route =
  | { readonly page: Place | 'not_found' }
  | { readonly page: Inside; readonly id: string };

/** The page of a path. */
export function routeOf(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '');
  const [first = ''] = parts;
  if (parts.length === 0) return { page: 'overview' };
  if (parts.length === 1) return { page: PLACES.find((place) => place === first) ?? 'not_found' };
  const inside = INSIDE.get(parts.slice(0, -1).join('/'));
  const id = idOf(parts.at(-1) ?? '');
  return inside === undefined || id === undefined ? { page: 'not_found' } : { page: inside, id };
}

const listeners = new Set<() => void>();
const tell = (): void => {
  for (const listener of listeners) listener();
};

function listen(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener('popstate', tell);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener('popstate', tell);
  };
}

export const usePath = (): string => useSyncExternalStore(listen, () => location.pathname);

/** What stands behind the `?` of the address. */
export const useSearch = (): string => useSyncExternalStore(listen, () => location.search);

export function go(path: string): void {
  if (path === location.pathname + location.search) return;
  history.pushState(null, '', path);
  scrollTo(0, 0);
  tell();
}

/** Puts another address in place of the present one, so that Back does not return to it. */
export function replace(path: string): void {
  history.replaceState(null, '', path);
  tell();
}

/** Follows a link within the page; with a modifier key the browser does what it always does. */
export function follow(event: MouseEvent<HTMLAnchorElement>): void {
  if (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  )
    return;
  event.preventDefault();
  go(event.currentTarget.pathname + event.currentTarget.search);
}
