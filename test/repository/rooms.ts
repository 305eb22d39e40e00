/**
 * The rooms of the house and what each may import: the table of ARCHITECTURE.md as data. The tests of this folder hold
 * every file, every import and every compiler project against it.
 */

/** `pure`: can't name the world; `edge`: the one place that touches it; `other`: everything that is not the product. */
export type Kind = 'pure' | 'edge' | 'app' | 'web' | 'other' | 'script';

export type Room = {
  readonly folder: string;
  readonly kind: Kind;
  /** Folders of the rooms that it may import from besides itself. */
  readonly imports: readonly string[];
  /** Packages that it may import; 'any' = every direct dependency of package.json. */
  readonly libraries: readonly string[] | 'any';
  readonly nodeBuiltIns: boolean;
  /** False while the room may still be empty. */
  readonly furnished: boolean;
};

const base = 'src/base';
const words = 'src/words';
const core = ['src/domain', base];
const port = 'src/venue';
const protocol = 'src/venue/protocol';

const pure = (folder: string, imports: readonly string[], more: readonly string[] = []): Room => ({
  folder,
  kind: 'pure',
  imports,
  libraries: ['zod', ...more],
  nodeBuiltIns: false,
  furnished: true,
});

const pureRooms: readonly Room[] = [
  pure(base, []),
  pure('src/domain', [base]),
  pure('src/reconcile', core),
  pure('src/view', core),
  pure('src/strategy', core, ['trading-signals']),
  pure(words, [base]),
  pure('src/journal', [...core, words]),
  pure('src/wire', [...core, words]),
  pure(port, [...core, words]),
  pure(protocol, [base]),
  pure('src/venue/deribit', [port, protocol, ...core]),
  pure('src/venue/practice', [port, protocol, ...core]),
  pure('src/engine', ['src/reconcile', 'src/strategy', 'src/journal', port, ...core]),
];

const allPure = pureRooms.map((room) => room.folder);
const all = [
  ...allPure,
  'src/edge',
  'src/app',
  'web',
  'sim',
  'sim/node',
  'test',
  'bench',
  'scripts',
];

export const rooms: readonly Room[] = [
  ...pureRooms,
  {
    folder: 'src/edge',
    kind: 'edge',
    imports: ['src/journal', port, 'src/view', 'src/wire', words, ...core],
    libraries: 'any',
    nodeBuiltIns: true,
    furnished: true,
  },
  {
    folder: 'src/app',
    kind: 'app',
    imports: [...allPure, 'src/edge'],
    libraries: ['commander', 'smol-toml', 'zod'],
    nodeBuiltIns: false,
    furnished: true,
  },
  {
    folder: 'web',
    kind: 'web',
    imports: ['src/wire', words],
    libraries: [
      'react',
      'react-dom',
      '@mantine/core',
      '@mantine/hooks',
      'lightweight-charts',
      'zustand',
    ],
    nodeBuiltIns: false,
    furnished: true,
  },
  {
    folder: 'sim',
    kind: 'pure',
    imports: [...allPure.filter((folder) => !['src/wire', words].includes(folder)), 'sim/node'],
    libraries: [],
    nodeBuiltIns: false,
    furnished: true,
  },
  // All that the world in a box has of Node: hashes, and the moment in which promises move.
  {
    folder: 'sim/node',
    kind: 'other',
    imports: ['src/edge', base],
    libraries: [],
    nodeBuiltIns: true,
    furnished: true,
  },
  // Its command line: arguments, the terminal, how long it really took.
  {
    folder: 'sim/program',
    kind: 'other',
    imports: ['sim', base],
    libraries: [],
    nodeBuiltIns: true,
    furnished: true,
  },
  {
    folder: 'test',
    kind: 'other',
    imports: [...all, 'bin'],
    libraries: 'any',
    nodeBuiltIns: true,
    furnished: true,
  },
  {
    folder: 'bench',
    kind: 'other',
    imports: all,
    libraries: 'any',
    nodeBuiltIns: true,
    furnished: false,
  },
  {
    folder: 'scripts',
    kind: 'script',
    imports: [],
    libraries: [],
    nodeBuiltIns: true,
    furnished: true,
  },
  // What a reader copies: it knows nothing of ours.
  {
    folder: 'examples',
    kind: 'script',
    imports: [],
    libraries: ['ws', 'ccxt'],
    nodeBuiltIns: false,
    furnished: true,
  },
  {
    folder: 'bin',
    kind: 'script',
    imports: ['scripts'],
    libraries: [],
    nodeBuiltIns: true,
    furnished: true,
  },
];

/** The room that a file (relative to the root) lies in: the one with the longest folder; undefined where there is none. */
export function roomOf(file: string): Room | undefined {
  return rooms
    .filter((room) => file.startsWith(`${room.folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** Whether a file is a test or a contract suite, which are compiled apart and may use what tests use. */
export function isTest(file: string): boolean {
  return /\.(test|contract)\.(ts|tsx|mjs)$/.test(file);
}
