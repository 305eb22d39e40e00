/** Judges one import of one file by the table of rooms. Pure but for asking whether the target exists. */
import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { isTest, roomOf, rooms, type Room } from './rooms.ts';
import { root } from './source.ts';

/** What tests may import besides what their room may. */
const testLibraries = ['fast-check', 'decimal.js'];

/** In words, why `file` may not import `specifier`; undefined where it may. `direct`: the packages of package.json. */
export function breach(
  file: string,
  specifier: string | undefined,
  direct: ReadonlySet<string>,
): string | undefined {
  const room = roomOf(file);
  if (room === undefined) return 'this folder stands in no room';
  if (specifier === undefined) return 'imports something computed, which nobody can check';
  if (specifier.startsWith('.')) return ofFile(file, room, specifier);
  if (specifier.startsWith('node:') || builtinModules.includes(specifier))
    return ofNode(file, room, specifier);
  return ofPackage(file, room, { specifier, direct });
}

function ofFile(file: string, from: Room, specifier: string): string | undefined {
  const target = normalize(join(dirname(file), specifier)).replaceAll('\\', '/');
  if (!existsSync(join(root, target)))
    return `imports ${specifier}, which does not exist (write the whole name, with .ts)`;
  const shared = from.folder === 'test' && target.endsWith('.contract.ts');
  if (isTest(target) && !isTest(file) && !shared) return `imports ${specifier}, which is a test`;
  const to = roomOf(target);
  if (to === undefined) {
    return from.kind === 'other' || from.kind === 'script'
      ? undefined
      : `imports ${specifier}, which lies in no room`;
  }
  if (to === from || from.imports.includes(to.folder)) return undefined;
  if (isTest(file) && from.kind !== 'web') return rivals(from, to, specifier);
  return `${from.folder} may not import ${to.folder} (${specifier}); it may: ${from.imports.join(', ') || 'nothing of ours'}`;
}

/** Client and exchange must stay two readings of one protocol: neither may lean on the other, tests beside them included. */
function rivals(from: Room, to: Room, specifier: string): string | undefined {
  const pair = ['src/venue/deribit', 'src/venue/practice'];
  const both = pair.includes(from.folder) && pair.includes(to.folder);
  return both
    ? `${from.folder} may never import ${to.folder} (${specifier}), not even in a test`
    : undefined;
}

function ofNode(file: string, room: Room, specifier: string): string | undefined {
  if (!specifier.startsWith('node:')) return `imports ${specifier}: write node:${specifier}`;
  if (room.nodeBuiltIns || isTest(file) || isViteConfig(file)) return undefined;
  return `${room.folder} may not import ${specifier}: only edge imports Node's built-ins`;
}

function ofPackage(
  file: string,
  room: Room,
  { specifier, direct }: { readonly specifier: string; readonly direct: ReadonlySet<string> },
): string | undefined {
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
  if (!direct.has(name)) return `imports ${name}, which package.json does not name`;
  if (room.libraries === 'any' || room.libraries.includes(name)) return undefined;
  if (isTest(file) && (testLibraries.includes(name) || room.kind === 'app')) return undefined;
  if (isViteConfig(file) && (name === 'vite' || name.startsWith('@vitejs/'))) return undefined;
  return `${room.folder} may not import ${name}; of libraries it may: ${room.libraries.join(', ') || 'none'}`;
}

/** The one file of web that runs at build time. */
function isViteConfig(file: string): boolean {
  return file === 'web/vite.config.ts';
}

/** Folders, each with how many of its own files (rooms inside it left out) are among `files`. */
export function filesPerRoom(files: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    rooms.map((room) => [room.folder, files.filter((file) => roomOf(file) === room).length]),
  );
}
