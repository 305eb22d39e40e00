/** The API token of a data folder: made at the first start, readable by its owner only. */
import { secretText } from './entropy.ts';
import { joinPath, makePrivate, readText, writePrivate } from './files.ts';

/** Where the token of a data folder stands. */
export const tokenPath = (dataDir: string): string => joinPath(dataDir, 'api-token');

const SHAPE = /^[\w-]{32,200}$/;

/** The token in the folder, made anew where there is none or none that could be one of ours. */
export function openToken(dataDir: string): string {
  const path = tokenPath(dataDir);
  const held = readText(path)?.trim();
  if (held !== undefined && SHAPE.test(held)) {
    makePrivate(path);
    return held;
  }
  const token = secretText();
  writePrivate(path, `${token}\n`);
  return token;
}

/** The token in the folder; undefined when there is none. */
export const readToken = (dataDir: string): string | undefined =>
  readText(tokenPath(dataDir))?.trim();
