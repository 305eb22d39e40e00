/** The four problems as buttons, what is being played, and what came of it: steps with their moments, expected against seen. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePractice } from '../data/practice.ts';
import { SCENARIOS } from '../data/scenarios/all.ts';
import type { Line, Run, ScenarioId, Verdict } from '../data/scenarios/machine.ts';
import { cancelPlay, playAll, playOne, show, useStage } from '../data/scenarios/perform.ts';
import { isPerfect, type Score } from '../data/scenarios/score.ts';
import type { Said } from '../data/scenarios/sight.ts';
import { useWords } from '../data/words.ts';
import { useSpell } from './feed-text.ts';
import { Section } from './section.tsx';

const SIGNS: Readonly<Record<Verdict | Line['state'], string>> = {
  tick: '✓',
  cross: '✗',
  could_not_run: '–',
  cancelled: '–',
  doing: '…',
  good: '✓',
  bad: '✗',
  left: '–',
};

const TONES: Readonly<Record<Verdict, string>> = {
  tick: 'good',
  cross: 'critical',
  could_not_run: 'warn',
  cancelled: 'muted',
};

function useSaid(): (said: Said) => string {
  const spell = useSpell();
  return ({ key, values }) => spell(key, values ?? {});
}

function VerdictWord({ verdict }: { readonly verdict: Verdict }): ReactNode {
  const { t } = useWords();
  return (
    <b className={`tone-${TONES[verdict]}`}>
      <span aria-hidden="true">{SIGNS[verdict]}</span> {t(`scenario.verdict.${verdict}`)}
    </b>
  );
}

/** Whether no scenario can be begun: one is being played, or there is no exchange to play it on. */
function useBusy(): boolean {
  const busy = useStage((stage) => stage.playing !== null || stage.all);
  return usePractice(({ reachable, state }) => busy || !reachable || state === null);
}

function Card({ id, number }: { readonly id: ScenarioId; readonly number: number }): ReactNode {
  const { t, count } = useWords();
  const run = useStage((stage) => stage.runs[id] ?? null);
  const busy = useBusy();
  const playing = useStage((stage) => stage.playing === id);
  const shown = useStage((stage) => stage.shown === id);
  const verdict = run?.verdict ?? null;
  const scenario = SCENARIOS.find((each) => each.id === id);
  return (
    <li
      className="scenario"
      data-testid={`scenario-${id}`}
      data-verdict={run?.verdict ?? (playing ? 'playing' : 'none')}
      data-shown={shown}
    >
      <Button
        variant={playing ? 'light' : 'default'}
        fullWidth
        disabled={busy}
        onClick={() => {
          if (scenario !== undefined) void playOne(scenario);
        }}
        data-testid={`play-${id}`}
      >
        {number} {t(`scenario.${id}`)}
      </Button>
      <p className="muted small">{t(`scenario.about.${id}`)}</p>
      <p className="scenario-verdict">
        {playing ? t('scenario.playing') : null}
        {verdict === null || run === null || playing ? null : (
          <>
            <VerdictWord verdict={verdict} />{' '}
            <button
              type="button"
              className="text-button num"
              aria-expanded={shown}
              onClick={() => show(shown ? null : id)}
              data-testid={`show-${id}`}
            >
              {count(Math.round(run.ms))} ms
            </button>
          </>
        )}
      </p>
    </li>
  );
}

function LineRow({ line }: { readonly line: Line }): ReactNode {
  const { t, capital, count } = useWords();
  const said = useSaid();
  const { name, state, ms, expected, seen } = line;
  return (
    <tr data-testid="scenario-line" data-name={name} data-state={state}>
      <td className="num right">{state === 'doing' ? '' : `${count(Math.round(ms))} ms`}</td>
      <td>
        <span
          className={state === 'bad' ? 'critical' : state === 'good' ? 'good' : 'muted'}
          aria-hidden="true"
        >
          {SIGNS[state]}
        </span>{' '}
        {capital(t(name as 'scenario.step.ready'))}
      </td>
      <td className="num">{expected === null ? '' : said(expected)}</td>
      <td className={`num ${state === 'bad' ? 'critical' : ''}`}>
        {seen === null ? '' : said(seen)}
      </td>
    </tr>
  );
}

function Timeline({ run }: { readonly run: Run }): ReactNode {
  const { t, T } = useWords();
  const said = useSaid();
  const { trade } = run.memo;
  return (
    <div className="scenario-timeline" data-testid="scenario-timeline">
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col" className="right">
                ms
              </th>
              <th scope="col">{T(`scenario.${run.id}`)}</th>
              <th scope="col">{t('scenario.expected')}</th>
              <th scope="col">{t('scenario.seen')}</th>
            </tr>
          </thead>
          <tbody>
            {run.lines.map((line, index) => (
              <LineRow key={`${line.name} ${index}`} line={line} />
            ))}
          </tbody>
        </table>
      </div>
      {run.why === null ? null : (
        <p className="warn" data-testid="scenario-why">
          {said(run.why)}
        </p>
      )}
      {trade === null ? null : (
        <p>
          <a href={`/trades/${encodeURIComponent(trade)}`} target="_blank" rel="opener">
            {t('practice.open_timeline')} ↗
          </a>
        </p>
      )}
    </div>
  );
}

function ScoreCard({ score }: { readonly score: Score }): ReactNode {
  const { t, none, number } = useWords();
  const counted = [
    ['duplicates', score.duplicates],
    ['ghosts', score.ghosts],
    ['orphans', score.orphans],
  ] as const;
  const perfect = score.unexplained === '0';
  return (
    <div className="scorecard" data-testid="scorecard" data-unexplained={score.unexplained}>
      <h3>{t('scenario.score')}</h3>
      <dl>
        {counted.map(([name, n]) => (
          <div key={name} data-testid={`score-${name}`} data-n={n}>
            <dt>{t(`scenario.score.${name}`)}</dt>
            <dd className={n === 0 ? 'good' : 'critical'}>
              {n} <span aria-hidden="true">{n === 0 ? '✓' : '✗'}</span>
            </dd>
          </div>
        ))}
        <div>
          <dt>{t('scenario.score.unexplained')}</dt>
          <dd className={`num ${perfect ? 'good' : 'critical'}`}>
            {score.unexplained === null
              ? none
              : `${number(score.unexplained, { places: 8 })} ${score.currency}`}{' '}
            <span aria-hidden="true">{perfect ? '✓' : '✗'}</span>
          </dd>
        </div>
      </dl>
      <p className="muted small">
        {t('scenario.score.compared', { fills: score.fills, trades: score.trades })}
      </p>
    </div>
  );
}

/** The last verdict as one sentence, or the sum of all, for those who hear the page. */
function Spoken(): ReactNode {
  const { t } = useWords();
  const said = useSaid();
  const { runs, shown, score, all } = useStage();
  const run = shown === null ? undefined : runs[shown];
  const verdict = run?.verdict ?? null;
  const words = (): string => {
    if (run !== undefined && verdict !== null)
      return `${t('scenario.said', {
        scenario: t(`scenario.${run.id}`),
        verdict: t(`scenario.verdict.${verdict}`),
        ms: String(Math.round(run.ms)),
      })} ${run.why === null ? '' : said(run.why)}`;
    if (score === null || all || run !== undefined) return '';
    const verdictOfAll = isPerfect(score) ? 'tick' : 'cross';
    return `${t('scenario.score')}: ${t(`scenario.verdict.${verdictOfAll}`)}.`;
  };
  return (
    <p className="hidden" role="status" aria-live="polite" data-testid="scenario-said">
      {words()}
    </p>
  );
}

export function Scenarios(): ReactNode {
  const { t } = useWords();
  const { runs, shown, playing, all, score, elsewhere } = useStage();
  const run = shown === null ? undefined : runs[shown];
  const reachable = usePractice((practice) => practice.reachable && practice.state !== null);
  const busy = playing !== null || all;
  return (
    <Section
      title={t('scenario.title')}
      className="scenarios"
      aside={
        busy ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={cancelPlay}
            data-testid="play-cancel"
          >
            {t('scenario.cancel')}
          </Button>
        ) : (
          <Button
            size="compact-sm"
            color="info"
            disabled={!reachable}
            onClick={() => void playAll()}
            data-testid="play-all"
          >
            {t('scenario.play_all')}
          </Button>
        )
      }
    >
      <ol className="scenario-cards">
        {SCENARIOS.map(({ id }, index) => (
          <Card key={id} id={id} number={index + 1} />
        ))}
      </ol>
      {elsewhere ? (
        <p className="warn" role="alert">
          {t('scenario.elsewhere')}
        </p>
      ) : null}
      {score === null ? null : <ScoreCard score={score} />}
      {run === undefined ? null : <Timeline run={run} />}
      <Spoken />
    </Section>
  );
}
