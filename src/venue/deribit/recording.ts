/**
 * What the client makes of a recording: each message in turn, those in a list one by one. An answer is read as that of the
 * request with its id, where the recording holds that request too. Nothing that is told may hold a secret.
 */
import { parseExactly } from './exact-json.ts';
import { createSplitter } from './split.ts';
import { type Source, type Understanding, understand } from './understand.ts';

export type Recording = {
  readonly push: (piece: string) => readonly Understanding[];
  readonly end: () => readonly Understanding[];
};

/** Requests whose answers are awaited. */
const MAX_AWAITED = 10_000;

type Members = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is a whole message, and not what one carries. */
const isMessage = (value: unknown): boolean =>
  isObject(value) &&
  (value['jsonrpc'] !== undefined ||
    (typeof value['method'] === 'string' && isObject(value['params'])) ||
    ((value['id'] !== undefined || value['usOut'] !== undefined) &&
      ('result' in value || isObject(value['error']))));

function parsed(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return undefined;
  }
}

const all = (text: string): readonly string[] => {
  const splitter = createSplitter();
  return [...splitter.push(text), ...splitter.end()];
};

/** Ids differ by type as well as by text. */
const keyOf = (id: unknown): string | undefined =>
  id === undefined || id === null ? undefined : JSON.stringify(id);

/** Reads a recording piece by piece; `source` says what the messages do not say themselves. */
export function createRecording(source: Source): Recording {
  const splitter = createSplitter();
  const asked = new Map<string, string>();

  const ask = (key: string, method: string): void => {
    asked.set(key, method);
    if (asked.size <= MAX_AWAITED) return;
    for (const oldest of asked.keys()) {
      asked.delete(oldest);
      break;
    }
  };
  const read = (text: string, value: unknown): Understanding => {
    if (!isObject(value)) return understand(text, source);
    const key = keyOf(value['id']);
    const isRequest = typeof value['method'] === 'string';
    const method = key === undefined || isRequest ? undefined : asked.get(key);
    const said = understand(text, method === undefined ? source : { ...source, method });
    if (key !== undefined && !isRequest) asked.delete(key);
    if (key !== undefined && said.kind === 'request') ask(key, said.as);
    return said;
  };
  const readAll = (texts: readonly string[]): readonly Understanding[] =>
    texts.flatMap((text) => {
      const value = parsed(text);
      if (!Array.isArray(value) || value.length === 0 || !value.every(isMessage))
        return [read(text, value)];
      return all(text.slice(1, -1)).map((one) => read(one, parsed(one)));
    });

  return {
    push: (piece) => readAll(splitter.push(piece)),
    end: () => readAll(splitter.end()),
  };
}
