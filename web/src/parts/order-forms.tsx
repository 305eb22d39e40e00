/** What an order has to be told before it can be planned: how far a kill goes, who adopts, at what price it ended. */
import { NativeSelect, Radio, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Break } from '../../../src/wire/requests.ts';
import { useAccountIds, useStrategiesOf } from '../data/accounts.ts';
import type { Order } from '../data/api.ts';
import { consider } from '../data/commands.ts';
import { type Decision, isComplete, isDecimal } from '../data/decision.ts';
import { useBreak } from '../data/breaks.ts';
import { useWords } from '../data/words.ts';

type KillOrder = Extract<Order, { verb: 'kill' }>;

const STRENGTHS = [
  'stop',
  'reduce',
  'cancel',
  'flatten',
] as const satisfies readonly KillOrder['strength'][];

/** Which accounts a kill reaches: all of them, unless one is chosen. */
function KillWhere({
  order,
  locked,
}: {
  readonly order: KillOrder;
  readonly locked: boolean;
}): ReactNode {
  const { T } = useWords();
  const ids = useAccountIds();
  if (ids.length < 2) return null;
  return (
    <Radio.Group
      value={order.account ?? ''}
      onChange={(value) => consider({ ...order, account: value === '' ? null : value })}
      label={T('web.kill_where')}
    >
      <div className="radios">
        {['', ...ids].map((id) => (
          <Radio
            key={id}
            value={id}
            disabled={locked}
            color="kill"
            label={
              id === ''
                ? T('web.in_accounts', { ids: ids.join(', ') })
                : T('web.in_account', { id })
            }
            data-testid={`kill-in-${id === '' ? 'all' : id}`}
          />
        ))}
      </div>
    </Radio.Group>
  );
}

export function KillForm({
  order,
  locked,
}: {
  readonly order: KillOrder;
  readonly locked: boolean;
}): ReactNode {
  const { T } = useWords();
  return (
    <>
      <KillWhere order={order} locked={locked} />
      <Radio.Group
        value={order.strength}
        onChange={(value) =>
          consider({ ...order, strength: STRENGTHS.find((each) => each === value) ?? 'cancel' })
        }
        label={T('web.kill_strength')}
      >
        <div className="radios">
          {STRENGTHS.map((strength) => (
            <Radio
              key={strength}
              value={strength}
              disabled={locked}
              color="kill"
              label={T(`strength.${strength}`)}
              data-testid={`kill-${strength}`}
            />
          ))}
        </div>
      </Radio.Group>
    </>
  );
}

function AdoptForm({
  order,
  found,
}: {
  readonly order: Decision;
  readonly found: Break;
}): ReactNode {
  const { account, instrument } = found;
  const { T, t } = useWords();
  const able = Object.values(useStrategiesOf(account)).filter(
    (each) => each.instrument === instrument,
  );
  if (able.length === 0)
    return (
      <p className="warn" role="alert">
        {t('web.no_strategy_there', { instrument })}
      </p>
    );
  return (
    <NativeSelect
      label={T('web.adopt_into')}
      value={order.strategy ?? ''}
      onChange={({ currentTarget }) =>
        consider({ ...order, strategy: currentTarget.value === '' ? null : currentTarget.value })
      }
      data={[...(order.strategy === null ? [''] : []), ...able.map(({ id }) => id)]}
      data-testid="adopt-into"
    />
  );
}

function OutcomeForm({ order }: { readonly order: Decision }): ReactNode {
  const { t, T } = useWords();
  const { exitPrice, fees } = order;
  const wrong = exitPrice !== null && !isComplete({ ...order, fees: null });
  return (
    <div className="form-row">
      <TextInput
        label={t('break.exit_price')}
        value={exitPrice ?? ''}
        inputMode="decimal"
        required
        data-autofocus
        error={wrong ? t('break.exit_price_wrong') : null}
        onChange={({ currentTarget }) =>
          consider({ ...order, exitPrice: currentTarget.value.trim() || null })
        }
        data-testid="exit-price"
      />
      <TextInput
        label={T('pnl.fees')}
        value={fees ?? ''}
        inputMode="decimal"
        placeholder="0"
        error={fees !== null && !isDecimal(fees)}
        onChange={({ currentTarget }) =>
          consider({ ...order, fees: currentTarget.value.trim() || null })
        }
        data-testid="exit-fees"
      />
    </div>
  );
}

/** What this decision asks for, and what it will write into the journal. */
export function DecisionForm({
  order,
  before,
}: {
  readonly order: Decision;
  readonly before: boolean;
}): ReactNode {
  const { t } = useWords();
  const held = useBreak(order.breakId);
  const found = held.is === 'here' ? held.found : null;
  const writes = found?.options.find(({ action }) => action === order.action)?.writes ?? null;
  return (
    <>
      {before && order.action === 'adopt' && found !== null ? (
        <AdoptForm order={order} found={found} />
      ) : null}
      {before && order.action === 'enter' ? <OutcomeForm order={order} /> : null}
      {writes === null ? null : (
        <p className="small muted">
          {t('web.writes')} <span className="mono">{writes}</span>
        </p>
      )}
    </>
  );
}
