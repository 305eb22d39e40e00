/** All cases, in the order in which they run. */
import type { Case } from './case.ts';
import { ACCOUNT } from './cases-account.ts';
import { LOG } from './cases-log.ts';
import { CANCELS } from './cases-cancels.ts';
import { CHANNELS } from './cases-channels.ts';
import { DATED } from './cases-dated.ts';
import { FLAGS } from './cases-flags.ts';
import { FRAMES } from './cases-frames.ts';
import { GENERIC } from './cases-generic.ts';
import { ICEBERGS } from './cases-icebergs.ts';
import { LIMITS } from './cases-limits.ts';
import { MARGIN } from './cases-margin.ts';
import { MARKET } from './cases-market.ts';
import { SESSION } from './cases-session.ts';
import { STREAMS } from './cases-streams.ts';
import { TRIGGERS } from './cases-triggers.ts';
import { WALLET } from './cases-wallet.ts';

export const CASES: readonly Case[] = [
  ...GENERIC,
  ...MARKET,
  ...DATED,
  ...CHANNELS,
  ...SESSION,
  ...FRAMES,
  ...LIMITS,
  ...FLAGS,
  ...ICEBERGS,
  ...CANCELS,
  ...TRIGGERS,
  ...ACCOUNT,
  ...MARGIN,
  ...LOG,
  ...WALLET,
  ...STREAMS,
];
