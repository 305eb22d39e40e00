/**
 * Brings a price file from disk into memory: plain or gzip text, refused with the path and a way out when it is
 * missing, empty, broken or too large. What its rows must look like is the parser's business, which is passed in.
 */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Result } from '../base/result.ts';
import { fileTrouble } from './files.ts';
import { PracticeRefusal, type PriceRow } from './practice-port.ts';

/** Reads the text of a price file; the error names line (from 1), field, what was found and what is accepted. */
export type PriceParser = (text: string) => Result<
  PriceRow[],
  {
    readonly line: number;
    readonly field: string;
    readonly found: string;
    readonly accepted: string;
  }
>;

/** About four million rows; more would not be a practice session but a mistake. */
const MAX_BYTES = 256 * 1024 * 1024;

const refusal = (path: string, problem: string): PracticeRefusal =>
  new PracticeRefusal('price_file', `The price file ${path} ${problem}`);

/** The candles of the file at `path`; throws a `PracticeRefusal` that says what is wrong with it. */
export async function readPriceFile(path: string, parse: PriceParser): Promise<PriceRow[]> {
  const parsed = parse(await readText(path));
  if (parsed.ok) return parsed.value;
  const { line, field, found, accepted } = parsed.error;
  throw refusal(
    path,
    `is refused at line ${line}: ${field} is "${found}". Accepted is ${accepted}.`,
  );
}

async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path);
  if (bytes.length === 0)
    throw refusal(path, 'is empty. Give one with a header and at least one row.');
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!zipped && path.endsWith('.gz')) {
    throw refusal(
      path,
      'ends in .gz but is not gzip data. Download it again, or rename it if it is plain text.',
    );
  }
  const plain = zipped ? await unzip(path, bytes) : bytes;
  if (plain.length === 0)
    throw refusal(path, 'is empty inside its gzip wrapping. Give one with at least one row.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch {
    throw refusal(path, 'is not UTF-8 text. Give comma-separated text, plain or gzip.');
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const bytes = await readFile(path);
    if (bytes.length <= MAX_BYTES) return bytes;
  } catch (error) {
    throw refusal(path, `can't be read: ${fileTrouble(error)}. Check the path after --prices.`);
  }
  throw refusal(path, `is larger than ${MAX_BYTES >> 20} MB. Give a shorter stretch of it.`);
}

async function unzip(path: string, bytes: Buffer): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw refusal(
        path,
        `holds more than ${MAX_BYTES >> 20} MB of text. Give a shorter stretch of it.`,
      );
    }
    throw refusal(path, 'is broken gzip data. Download or pack it again.');
  }
}
