/**
 * Messages one by one out of a recording, however it is laid out: one a line, over many lines, one behind the other, with
 * commas between them, or behind a stamp of the time. Takes the text in pieces of any size and looks at each character once.
 */

export type Splitter = {
  /** The messages that this piece completes. */
  readonly push: (piece: string) => readonly string[];
  /** What is left at the end: a message that is not complete. */
  readonly end: () => readonly string[];
};

const isOpen = (character: string): boolean => character === '{' || character === '[';
const SPACE = /[\s,\ufeff]/;
/** What may stand in front of a message on its line: stamps and arrows, no words. */
const STAMP = /^[^a-z{}"]*$/;
const STAMP_CHARACTERS = 60;
const QUOTE = '"';

/** Where in a message we are; `line`: text that is not JSON, up to the end of its line. */
type Place = 'between' | 'line' | 'value' | 'string';

export function createSplitter(): Splitter {
  let place: Place = 'between';
  let parts: string[] = [];
  let closers: string[] = [];
  let escaped = false;
  /** The last character of the message that is not white space, and whether a line has just begun. */
  let last = '';
  let lineBegins = false;

  let found: string[] = [];
  const finish = (rest: string): void => {
    const text = (parts.join('') + rest).trim();
    if (text !== '') found.push(text);
    parts = [];
    closers = [];
    escaped = false;
    place = 'between';
  };
  /** Whether JSON allows an object or a list here; where not, and on a new line, the message before was cut off. */
  const mayOpen = (): boolean =>
    last === ':' || (closers.at(-1) === ']' && (last === '[' || last === ','));
  const open = (character: string): void => {
    place = 'value';
    closers.push(character === '{' ? '}' : ']');
  };

  const isStamp = (piece: string, from: number, to: number): boolean => {
    const before = parts.length > 1 ? undefined : (parts[0] ?? '');
    return (
      before !== undefined &&
      before.length + to - from <= STAMP_CHARACTERS &&
      STAMP.test(before + piece.slice(from, to))
    );
  };

  const inValue = (character: string): 'on' | 'done' | 'cut' => {
    if (character === QUOTE) place = 'string';
    else if (isOpen(character)) {
      if (lineBegins && !mayOpen()) return 'cut';
      open(character);
    } else if (character === '}' || character === ']') {
      closers.pop();
      if (closers.length === 0) return 'done';
    }
    return 'on';
  };
  /** A string never goes over the end of a line. */
  const inString = (character: string): 'on' | 'cut' => {
    if (character === '\n') return 'cut';
    if (escaped) escaped = false;
    else if (character === '\\') escaped = true;
    else if (character === QUOTE) place = 'value';
    return 'on';
  };
  const remember = (character: string): void => {
    if (character === '\n') lineBegins = true;
    else if (character !== ' ' && character !== '\t' && character !== '\r') {
      last = character;
      lineBegins = false;
    }
  };

  const push = (piece: string): readonly string[] => {
    found = [];
    let from = 0;
    for (let at = 0; at < piece.length; at++) {
      const character = piece.charAt(at);
      if (place === 'between') {
        from = at;
        if (SPACE.test(character)) continue;
        if (isOpen(character)) open(character);
        else place = 'line';
      } else if (place === 'line') {
        if (character === '\n') finish(piece.slice(from, at));
        else if (character === '{' && isStamp(piece, from, at)) {
          parts = [];
          from = at;
          open(character);
        }
      } else {
        const end = place === 'string' ? inString(character) : inValue(character);
        if (end === 'done') finish(piece.slice(from, at + 1));
        else if (end === 'cut') {
          finish(piece.slice(from, at));
          at--;
        }
      }
      remember(character);
    }
    if (place !== 'between') parts.push(piece.slice(from));
    return found;
  };
  const end = (): readonly string[] => {
    found = [];
    finish('');
    return found;
  };
  return { push, end };
}
