/** Which of a key's scopes a login gets: those that were asked for, never more than the key has. */
import { allowsScope } from './channels.ts';
import type { ApiKey } from '../desk.ts';

const RESOURCE = /^([a-z_]+):(read|read_write)$/;

/** The key's scopes that were asked for (all when none was), with the kind of session. */
export function grantScopes(key: ApiKey, asked: string | undefined): string[] {
  const words = (asked ?? '').split(' ').filter((word) => word !== '');
  const wanted = words.filter((word) => RESOURCE.test(word));
  const dropped = new Set(
    words.filter((word) => word.endsWith(':none')).map((word) => word.slice(0, -':none'.length)),
  );
  const granted = key.scopes.flatMap((scope) => {
    const [resource, right] = scope.split(':') as [string, string];
    if (dropped.has(resource)) return [];
    const asks = wanted.filter((word) => word.startsWith(`${resource}:`));
    if (wanted.length === 0) return [scope];
    if (asks.length === 0) return [];
    return [
      right === 'read_write' && asks.includes(`${resource}:read_write`)
        ? scope
        : `${resource}:read`,
    ];
  });
  const kind = words.find((word) => word.startsWith('session:')) ?? 'connection';
  return [...granted, kind].sort((a, b) => (a < b ? -1 : 1));
}

/** What is left of granted scopes when a key may only do this; the kind of session stays. */
export const narrowed = (scopes: readonly string[], allowed: readonly string[]): string[] =>
  scopes.flatMap((scope) => {
    if (!RESOURCE.test(scope) || allowsScope(allowed, scope)) return [scope];
    const read = scope.replace(/:read_write$/, ':read');
    return allowsScope(allowed, read) ? [read] : [];
  });
