/**
 * Keys of the whole page: `g` and a letter goes somewhere, `?` helps, Shift+P and Shift+K open a dialog. A key never acts
 * by itself, and says nothing where a person types, in a dialog, or together with Ctrl, Alt or Meta.
 */

export type KeyPress = {
  readonly key: string;
  readonly shift: boolean;
  /** Ctrl, Alt or Meta is held: the browser's business. */
  readonly modified: boolean;
  /** The focus is where keys write something. */
  readonly typing: boolean;
  readonly inDialog: boolean;
};

export type KeyWish =
  | { readonly kind: 'go'; readonly path: string }
  | { readonly kind: 'help' | 'pause' | 'kill' };

export const DESTINATIONS = {
  o: '/',
  m: '/trades',
  b: '/breaks',
  c: '/controls',
  r: '/recon',
  a: '/audit',
  l: '/alerts',
  p: '/practice',
} as const satisfies Readonly<Record<string, string>>;

const PATHS: ReadonlyMap<string, string> = new Map(Object.entries(DESTINATIONS));

/** What a press asks for, and whether a `g` now waits for its letter. `waiting`: the press before was such a `g`. */
export function pressed(
  waiting: boolean,
  press: KeyPress,
): { readonly waiting: boolean; readonly wish: KeyWish | null } {
  const { key, shift, modified, typing, inDialog } = press;
  if (modified || typing || inDialog) return { waiting: false, wish: null };
  if (key === '?') return { waiting: false, wish: { kind: 'help' } };
  if (shift && key === 'P') return { waiting: false, wish: { kind: 'pause' } };
  if (shift && key === 'K') return { waiting: false, wish: { kind: 'kill' } };
  if (shift) return { waiting: key === 'Shift' && waiting, wish: null };
  const path = waiting ? PATHS.get(key) : undefined;
  if (path !== undefined) return { waiting: false, wish: { kind: 'go', path } };
  return { waiting: key === 'g', wish: null };
}
