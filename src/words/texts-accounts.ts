/** Words for several accounts in one engine: the switch, and what KILL and PAUSE ALL reach. */
// biome-ignore-all format: one line per text keeps both languages side by side
import type { Texts } from './texts.ts';

export const accountTexts = {
  'web.accounts': { en: 'accounts', nl: 'rekeningen' },
  'web.all_accounts': { en: 'all accounts', nl: 'alle rekeningen' },
  'web.account_breaks': { en: '{n:number} {n|difference|differences}', nl: '{n:number} {n|verschil|verschillen}' },
  'web.in_account': { en: 'account {id}', nl: 'rekening {id}' },
  'web.kill_where': { en: 'where', nl: 'waar' },
  'web.in_accounts': { en: 'in all accounts: {ids}', nl: 'in alle rekeningen: {ids}' },
  'web.one_journal': { en: 'account {id}: each account has a journal of its own', nl: 'rekening {id}: elke rekening heeft een eigen journaal' },
} as const satisfies Texts;
