/** The `[[strategy]]` tables of a configuration: id, kind, claim and limits are read here, all else by the strategy's own kind. */
import { nearest } from '../base/nearest.ts';
import type { StrategyConfig } from '../domain/config.ts';
import { strategyKinds } from '../strategy/registry.ts';
import { limitsIn, OF_STRATEGY, strategyLimitsOf } from './config-risk.ts';
import { type ConfigProblem, shown, type Table } from './config-sources.ts';
import type { Mode } from './options.ts';

/** Ids are part of order labels, which the exchange cuts at 64 characters. */
const ID = /^[a-z0-9][a-z0-9-]{0,15}$/;

/** What runs in practice when nothing is configured. */
const FIRST: Table = { id: 'razor', kind: 'razor' };

/** A strategy and the account that it trades in. */
export type PlacedStrategy = { readonly account: string; readonly strategy: StrategyConfig };

type Read = {
  readonly strategy: PlacedStrategy | undefined;
  readonly problems: readonly ConfigProblem[];
};

type Reading = {
  readonly mode: Mode;
  readonly where: string;
  readonly name: string;
  /** Names of all accounts, the first for tables that name none; empty where none could be read. */
  readonly accounts: readonly string[];
};

function readOne(table: Table, { mode, where, name, accounts }: Reading): Read {
  const { id, kind, claim = mode === 'practice', account = accounts[0] } = table;
  const problems: ConfigProblem[] = [];
  const wrong = (field: string, found: unknown, accepted: string): void => {
    problems.push(
      found === undefined
        ? { kind: 'missing', where, field: `${name}.${field}`, accepted }
        : { kind: 'wrong', where, field: `${name}.${field}`, found: shown(found), accepted },
    );
  };
  if (typeof id !== 'string' || !ID.test(id))
    wrong('id', id, '1 to 16 small letters, digits and "-"');
  if (typeof claim !== 'boolean') wrong('claim', claim, 'true or false');
  if (accounts.length > 0 && !accounts.includes(account as string))
    wrong('account', account, accounts.map((one) => `"${one}"`).join(', '));
  const { own, problems: ofLimits } = limitsIn(table, {
    words: OF_STRATEGY,
    heading: 'strategy.risk',
    where,
    name,
  });
  problems.push(...ofLimits);
  const limits = strategyLimitsOf(own);
  const kinds = Object.keys(strategyKinds);
  const known =
    typeof kind === 'string' && Object.hasOwn(strategyKinds, kind)
      ? strategyKinds[kind]
      : undefined;
  if (known === undefined) {
    const meant = typeof kind === 'string' ? nearest(kind, kinds) : undefined;
    wrong(
      'kind',
      kind,
      `${kinds.map((word) => `"${word}"`).join(', ')}${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`,
    );
    return { strategy: undefined, problems };
  }
  const settings = known.settings(table);
  if (!settings.ok) {
    for (const { field, found, accepted } of settings.error)
      problems.push({ kind: 'wrong', where, field: `${name}.${field}`, found, accepted });
    return { strategy: undefined, problems };
  }
  if (problems.length > 0) return { strategy: undefined, problems };
  const instrument = String(settings.value['instrument']);
  return {
    strategy: {
      account: account as string,
      strategy: {
        id: id as string,
        kind: known.kind,
        instrument,
        claim: claim as boolean,
        settings: settings.value,
        ...(limits === undefined ? {} : { limits }),
      },
    },
    problems,
  };
}

/** Reads all tables; without any, practice runs one Razor with its defaults. `claim` is true in practice and false elsewhere. */
export function readStrategies(
  tables: readonly Table[],
  { mode, where, accounts }: Omit<Reading, 'name'>,
): { readonly strategies: readonly PlacedStrategy[]; readonly problems: readonly ConfigProblem[] } {
  if (tables.length === 0 && mode !== 'practice') {
    return {
      strategies: [],
      problems: [
        {
          kind: 'missing',
          where,
          field: 'strategy',
          accepted: 'at least one table headed [[strategy]]',
        },
      ],
    };
  }
  const read = (tables.length === 0 ? [FIRST] : tables).map((table, index) =>
    readOne(table, {
      mode,
      where,
      accounts,
      name: typeof table['id'] === 'string' ? `strategy "${table['id']}"` : `strategy ${index + 1}`,
    }),
  );
  const strategies = read.flatMap(({ strategy }) => (strategy === undefined ? [] : [strategy]));
  const ids = strategies.map(({ strategy }) => strategy.id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const problems = twice.map(
    (id): ConfigProblem => ({
      kind: 'wrong',
      where,
      field: 'strategy.id',
      found: `"${id}" twice`,
      accepted: 'a different id for each strategy',
    }),
  );
  return { strategies, problems: [...read.flatMap((one) => one.problems), ...problems] };
}
