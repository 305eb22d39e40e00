/** Every fault of the catalogue by its id: chosen from a list in groups, with its ways and parameters. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import {
  type FaultId,
  type FaultParam,
  faultText,
  GROUPS,
  paramsOf,
  plantId,
  useFaultIds,
} from '../data/fault-ids.ts';
import { deed } from '../data/watch.ts';
import { useWords } from '../data/words.ts';
import type { Attempt } from './attempt.tsx';

function Params({
  params,
  values,
  change,
}: {
  readonly params: readonly FaultParam[];
  readonly values: Readonly<Record<string, string>>;
  readonly change: (name: string, value: string) => void;
}): ReactNode {
  return (
    <div className="fault-params">
      {params.map(({ name, accepted, default: usual, needed }) => (
        <TextInput
          key={name}
          size="xs"
          label={name}
          required={needed}
          placeholder={usual === null ? '' : String(usual)}
          title={accepted}
          value={values[name] ?? ''}
          onChange={(event) => change(name, event.currentTarget.value)}
          data-testid={`fault-param-${name}`}
        />
      ))}
    </div>
  );
}

/** What can be chosen, in groups, each with its id first. */
function useChoices(faults: readonly FaultId[]) {
  const { t, say } = useWords();
  return GROUPS.map((group) => ({
    group: t(`practice.group.${group}`),
    items: faults
      .filter((fault) => fault.group === group)
      .map(({ kind }) => ({ value: kind, label: `${kind} ${say(faultText(kind))}` })),
  }));
}

export function FaultIds({ doing }: { readonly doing: Attempt }): ReactNode {
  const { t, T, say } = useWords();
  const faults = useFaultIds();
  const choices = useChoices(faults);
  const [kind, setKind] = useState('X9');
  const [how, setHow] = useState('');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const fault = faults.find((one) => one.kind === kind);
  if (fault === undefined) return null;
  const way = fault.how.includes(how) ? how : (fault.how[0] ?? '');
  const start = (): void =>
    doing.attempt(() =>
      deed({ key: 'practice.saw.fault', values: { fault: { word: faultText(kind) } } }, () =>
        plantId(fault, way, values),
      ),
    );
  return (
    <div className="fault-ids">
      <p className="field-label">{T('practice.faults_ids')}</p>
      <div className="fault-choice">
        <NativeSelect
          size="xs"
          aria-label={t('practice.fault_choose')}
          data={choices}
          value={kind}
          onChange={(event) => {
            setKind(event.currentTarget.value);
            setHow('');
            setValues({});
          }}
          data-testid="fault-id"
        />
        {fault.how.length === 0 ? null : (
          <NativeSelect
            size="xs"
            aria-label={t('practice.fault_how')}
            data={fault.how.map((each) => ({
              value: each,
              label: say(`practice.how.${each}`),
            }))}
            value={way}
            onChange={(event) => {
              setHow(event.currentTarget.value);
              setValues({});
            }}
            data-testid="fault-how"
          />
        )}
        <Button
          size="compact-sm"
          variant="default"
          disabled={doing.busy}
          onClick={start}
          data-testid="fault-plant"
        >
          {t('practice.fault_plant')}
        </Button>
      </div>
      <p className="muted small">{say(`practice.says.${kind}`)}</p>
      <Params
        params={paramsOf(fault, way)}
        values={values}
        change={(name, value) => setValues({ ...values, [name]: value })}
      />
    </div>
  );
}
