/**
 * Files of the data folder. What is private is readable by its owner only (folders 0700, files 0600) and is replaced whole:
 * written beside, made durable, then renamed, so that a crash leaves the old or the new text and never half of one.
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { secretText } from './entropy.ts';

/** Why the world refused a file, in a few words for a person. */
export const fileTrouble = (error: unknown): string => {
  const code = (error as { readonly code?: string }).code;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'ENOTDIR') return 'a part of its path is a file';
  if (code === 'ENOSPC') return 'the disk is full';
  if (code === 'EROFS') return 'the disk is read-only';
  return error instanceof Error ? error.message : String(error);
};

export const joinPath = (...parts: readonly string[]): string => join(...parts);

/** An absolute path; a leading `~` is the person's home folder. */
export const fullPath = (path: string): string =>
  resolve(path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path);

/** The folder of the repository or package that this file belongs to. */
export const packageFolder = (): string =>
  resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The name under which the operating system knows the person who runs this process. */
export function personName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** Makes a folder with all above it; its owner alone may enter. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** The whole text, or undefined when there is no such file. Other troubles are thrown. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

const PIECE_BYTES = 256 * 1024;
const STANDARD_INPUT = 0;
/** How long a pipe that has nothing yet is left alone. */
const EMPTY_PIPE_MS = 10;

/** Bytes read into the buffer; 0 at the end. A pipe that has nothing yet is waited for. */
function readPiece(file: number, buffer: Uint8Array): number {
  for (;;) {
    try {
      return readSync(file, buffer);
    } catch (error) {
      const code = (error as { readonly code?: string }).code;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, EMPTY_PIPE_MS);
    }
  }
}

/** The text of a file piece by piece, however large it is; `-` is the standard input. Throws what opening and reading do. */
export function* textPieces(path: string): Generator<string> {
  const file = path === '-' ? STANDARD_INPUT : openSync(fullPath(path), 'r');
  try {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(PIECE_BYTES);
    for (let bytes = readPiece(file, buffer); bytes > 0; bytes = readPiece(file, buffer))
      yield decoder.decode(buffer.subarray(0, bytes), { stream: true });
    yield decoder.decode();
  } finally {
    if (file !== STANDARD_INPUT) closeSync(file);
  }
}

/** Replaces a private file whole and durably. */
export function writePrivate(path: string, text: string): void {
  const beside = `${path}.${secretText(6)}.new`;
  try {
    const file = openSync(beside, 'wx', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Writes a file that a person asked for by name; one that is there is replaced. */
export const writeFile = (path: string, text: string): void => writeFileSync(path, text);

/** Takes away what others than the owner may do with a file. Answers whether there was anything to take. */
export function makePrivate(path: string): boolean {
  if ((statSync(path).mode & 0o077) === 0) return false;
  chmodSync(path, 0o600);
  return true;
}

/** Removes a file if it is there. */
export const removeFile = (path: string): void => rmSync(path, { force: true });

/** Whether a process with this id lives on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: string }).code === 'EPERM';
  }
}
