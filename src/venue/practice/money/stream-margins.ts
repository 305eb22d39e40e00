/**
 * What accounts need of their margin, and what is in the insurance fund, for viewers that follow the market: told when it
 * has changed, at most once a second of real time. Who follows no book costs nothing.
 */
import { SECOND } from '../../../base/time.ts';
import { marginsView } from '../control/control-views.ts';
import type { Desk } from '../desk.ts';

/** What was last told and when, by exchange front. */
const told = new WeakMap<Desk, { readonly text: string; readonly at: number }>();

export function streamMargins(desk: Desk): void {
  const last = told.get(desk);
  if (desk.viewers.size === 0 || desk.mono - (last?.at ?? Number.NEGATIVE_INFINITY) < SECOND)
    return;
  const { world } = desk;
  const view = {
    accounts: [...world.state.accounts.values()].map((account) => ({
      id: account.id,
      margin: marginsView(world, account),
    })),
    insurance: { ...world.state.house.insurance },
  };
  const text = JSON.stringify(view);
  told.set(desk, { text, at: desk.mono });
  if (text === last?.text) return;
  desk.out.push({ kind: 'stream', event: { type: 'MARGINS', now: world.now, ...view } });
}
