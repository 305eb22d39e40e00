/**
 * Whose books a request is about: one account, named by its id in the configuration or at the exchange, or all of them.
 * Each account has its own door and store; nothing here adds up what belongs to one journal.
 */
import { z } from 'zod';
import { mergedPages, type Pages } from '../view/merged.ts';
import type { Store } from '../view/store.ts';
import type { EngineDoor } from '../wire/door.ts';
import { type Answer, refuse } from './http-answer.ts';

/** One account behind the API. */
export type Served = { readonly door: EngineDoor; readonly store: Store };

/** The accounts that a request is about. */
export type Sources = {
  /** At least one, in the order of the configuration. */
  readonly each: readonly [Served, ...Served[]];
  /** The read models of all of them as one. */
  readonly pages: Pages;
};

export type Accounts = {
  readonly all: Sources;
  /** Those that are meant: the one that is named, or all. An unknown name is answered with what is accepted. */
  readonly meant: (account: string | undefined) => Sources | Answer;
};

export const isAnswer = (found: Sources | Answer): found is Answer => 'kind' in found;

/** The `account` of a query or a body. */
export const accountField = {
  account: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'An account by its id; without it all accounts are meant.' }),
};

export const sourcesOf = (each: Sources['each']): Sources => ({
  each,
  pages: mergedPages(each.map(({ store }) => store)),
});

const names = (all: readonly Served[]): string => all.map(({ door }) => door.id).join(', ');

/** The accounts of one engine. */
export function accountsOf(served: Sources['each']): Accounts {
  const all = sourcesOf(served);
  const one = served.map((own) => sourcesOf([own]));
  return {
    all,
    meant: (account) => {
      if (account === undefined) return all;
      const index = served.findIndex(
        ({ door }) => door.id === account || door.account() === account,
      );
      return (
        one[index] ??
        refuse(400, 'unknown_account', {
          title: 'Unknown account',
          detail: `There is no account "${account}".`,
          field: 'account',
          accepted: names(served),
        })
      );
    },
  };
}

/** The one account that is meant; what belongs to a single journal can't be asked of several. */
export function single({ each }: Sources): Served | Answer {
  const [only, second] = each;
  if (second === undefined) return only;
  return refuse(400, 'account_needed', {
    title: 'Which account?',
    detail: 'Each account has a journal of its own.',
    field: 'account',
    accepted: names(each),
    next: `Ask again with account=${only.door.id}.`,
  });
}
