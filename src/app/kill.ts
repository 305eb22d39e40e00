/**
 * `kill` without a running engine (I40): state read from the exchange, orders recognised by label, over a connection of its
 * own or, where none is to be had, over HTTP. What it does can only lower risk; what that is says `kill-plan.ts`, and it is
 * proved when the exchange shows that nothing of it is left. The file `<data>/KILL` stays behind, so that an engine that
 * starts later does not trade on.
 */
import { type Decimal, abs, gt } from '../base/decimal.ts';
import { KILL_PREFIX } from '../domain/label.ts';
import { onTick } from '../domain/instrument.ts';
import { pause, systemClock } from '../edge/clock.ts';
import { secretText } from '../edge/entropy.ts';
import { fileTrouble, joinPath, makeFolder, writePrivate } from '../edge/files.ts';
import { type Log, stderrLog } from '../edge/log.ts';
import { CLOSE_BAND_PERCENT } from '../engine/limits.ts';
import { beyond } from '../engine/observe.ts';
import type { PlaceOrder, VenueRequest, VenueResult } from '../venue/port.ts';
import { type Desk, openDesk } from './kill-desk.ts';
import { planKill, protectedBy } from './kill-plan.ts';
import type { KillOptions } from './options.ts';

/** How long it tries before it says that nothing is proved. */
const PATIENCE_MS = 12_000;
const AGAIN_MS = 300;
/** Server time. Generous, because the speed of a practice exchange is not known here, and the order can only reduce. */
const KILL_VALIDITY_MS = 120_000;

/** The value of an answer of the kind that was asked for; undefined when it was not answered. */
async function read<Kind extends VenueResult['kind']>(
  desk: Desk,
  kind: Kind,
  request: VenueRequest,
): Promise<Extract<VenueResult, { readonly kind: Kind }> | undefined> {
  const outcome = await desk.ask(request);
  return outcome.status === 'ok' && outcome.result.kind === kind
    ? (outcome.result as Extract<VenueResult, { readonly kind: Kind }>)
    : undefined;
}

async function closePosition(desk: Desk, name: string, size: Decimal): Promise<void> {
  const [specification, price] = await Promise.all([
    read(desk, 'instrument', { kind: 'instrument', instrument: name }),
    read(desk, 'ticker', { kind: 'ticker', instrument: name }),
  ]);
  if (specification === undefined || price === undefined) return;
  const direction = gt(size, '0' as Decimal) ? 'sell' : 'buy';
  const order: PlaceOrder = {
    label: `${KILL_PREFIX}${secretText(12)}`,
    instrument: name,
    direction,
    amount: abs(size),
    type: 'limit',
    price: onTick(
      specification.instrument,
      beyond(price.ticker.markPrice, direction, CLOSE_BAND_PERCENT),
      direction === 'buy' ? 'floor' : 'ceil',
    ),
    timeInForce: 'immediate_or_cancel',
    reduceOnly: true,
    triggerPrice: null,
    trigger: null,
    validUntil: Math.round(desk.server() + KILL_VALIDITY_MS),
    children: [],
    fillCondition: null,
  };
  await desk.ask({ kind: 'place', order });
}

/**
 * One round. Answers whether the exchange shows that nothing is left to do. `known` are the instruments that are ours, also
 * those whose stop an earlier round took away.
 */
async function round(
  desk: Desk,
  strength: KillOptions['strength'],
  known: Set<string>,
): Promise<boolean> {
  const listed = await read(desk, 'open_orders', { kind: 'open_orders' });
  const positions = await read(desk, 'positions', { kind: 'positions' });
  if (positions === undefined || listed === undefined) return false;
  for (const name of protectedBy(listed.orders)) known.add(name);
  const { cancel, close } = planKill(
    { orders: listed.orders, positions: positions.positions },
    { strength, instruments: [...known] },
  );
  if (cancel.length === 0 && close.length === 0) return true;
  await Promise.all([
    ...cancel.map((order) => desk.ask({ kind: 'cancel', orderId: order.orderId })),
    ...close.map((position) => closePosition(desk, position.instrument, position.size)),
  ]);
  return false;
}

/** Leaves the file behind; answers whether it is there. A disk that takes no file may not keep a kill from acting. */
function leaveFile({ dataDir, reason }: KillOptions, log: Log): boolean {
  const file = joinPath(dataDir, 'KILL');
  try {
    makeFolder(dataDir);
    writePrivate(file, `${reason}\n`);
    return true;
  } catch (error) {
    const why = fileTrouble(error);
    log.error('an engine that starts later will trade on: this file is missing', { file, why });
    return false;
  }
}

/** Does it. 0 when proved, 3 when not, or when the file could not be left. */
export async function killDirectly(options: KillOptions): Promise<0 | 3> {
  const log = stderrLog('error');
  log.hide(options.credentials.clientSecret);
  const isLeft = leaveFile(options, log);
  const desk = openDesk(options, log);
  const deadline = systemClock.mono() + PATIENCE_MS;
  const known = new Set(options.instruments);
  try {
    await desk.ready;
    while (systemClock.mono() < deadline) {
      if (await round(desk, options.strength, known)) return isLeft ? 0 : 3;
      await pause(AGAIN_MS);
    }
    return 3;
  } catch {
    return 3;
  } finally {
    await desk.stop();
  }
}
