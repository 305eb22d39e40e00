/** Facts as lines, newest last. Only the lines in sight are drawn; the list goes with the end until it is scrolled up. */
import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { followEnd, readNewer, release, useHead, useJournal } from '../data/journal.ts';
import { factPath, useOneAccount } from '../data/accounts.ts';
import { follow } from '../data/router.ts';
import { useWords } from '../data/words.ts';
import { severityOf } from '../../../src/wire/facets.ts';
import { subjectOf } from '../stream/fact-links.ts';
import { type JournalFact, type Stretch, visibleRows } from '../stream/journal.ts';
import { Maker } from './fact-pane.tsx';
import { At } from './time.tsx';

/** Heights of a line in px; the style sheet uses the same. */
const WIDE_ROW = 32;
const NARROW_ROW = 58;
/** Older facts are read when so few lines are left above. */
const NEAR = 5;

function Row({
  fact,
  top,
  selected,
}: {
  readonly fact: JournalFact;
  readonly top: number;
  readonly selected: boolean;
}): ReactNode {
  const { t, say } = useWords();
  const account = useOneAccount();
  const severity = severityOf(fact);
  return (
    <li style={{ transform: `translateY(${top}px)` }} data-selected={selected}>
      <a
        href={factPath(fact.seq, account)}
        onClick={follow}
        aria-current={selected ? 'true' : undefined}
        data-testid="fact-row"
        data-seq={fact.seq}
        data-type={fact.type}
        data-severity={severity}
      >
        <span className="mono muted fact-seq">#{fact.seq}</span>
        <At iso={fact.at} millis />
        <span className="fact-by muted">
          <Maker fact={fact} />
        </span>
        <span className="fact-what">
          {severity === 'info' ? null : (
            <span className={severity === 'critical' ? 'critical' : 'warn'}>
              <span aria-hidden="true">{severity === 'critical' ? '‼' : '!'}</span>
              <span className="hidden">{t(`severity.${severity}`)}</span>{' '}
            </span>
          )}
          {say(`web.fact.${fact.type}`)}
        </span>
        <span className="fact-subject muted mono">{subjectOf(fact.data)}</span>
      </a>
    </li>
  );
}

/** How many px of lines came in front of the list since before; negative when lines there were let go. */
function shiftOf(before: Stretch, now: Stretch, row: number): number {
  const [old, fresh] = [before[0], now[0]];
  if (old === undefined || fresh === undefined || old.seq === fresh.seq) return 0;
  const came = now.findIndex(({ seq }) => seq === old.seq);
  if (came > 0) return came * row;
  return (
    -Math.max(
      0,
      before.findIndex(({ seq }) => seq === fresh.seq),
    ) * row
  );
}

export function FactList({
  rows,
  selected,
  choice,
  older,
}: {
  readonly rows: Stretch;
  readonly selected: number | null;
  /** What was chosen, as text: another choice begins at another place. */
  readonly choice: string;
  /** Reads what lies before the first line. */
  readonly older: () => unknown;
}): ReactNode {
  const { t } = useWords();
  const narrow = useMediaQuery('(max-width: 860px)', false);
  const row = narrow ? NARROW_ROW : WIDE_ROW;
  const holder = useRef<HTMLDivElement>(null);
  const past = useRef({ rows, choice, top: 0, shown: null as number | null });
  const [view, setView] = useState({ top: 0, height: 600 });
  const following = useJournal((held) => held.following);
  const reachesHead = useJournal(({ stretch }) => stretch.at(-1)?.seq ?? 0) >= useHead();

  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const watch = new ResizeObserver(() => {
      if (useJournal.getState().following) element.scrollTop = element.scrollHeight;
      setView((held) => ({ ...held, height: element.clientHeight }));
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const before = past.current;
    if (following) element.scrollTop = element.scrollHeight;
    else if (before.choice === choice) element.scrollTop += shiftOf(before.rows, rows, row);
    const at = selected === null ? -1 : rows.findIndex(({ seq }) => seq === selected);
    if (at >= 0 && before.shown !== selected) {
      const hidden =
        at * row < element.scrollTop || (at + 1) * row > element.scrollTop + element.clientHeight;
      if (hidden) {
        release();
        element.scrollTop = at * row - element.clientHeight / 2;
      }
    }
    const shown = at >= 0 ? selected : selected === null ? null : before.shown;
    past.current = { rows, choice, top: element.scrollTop, shown };
    setView((held) =>
      held.top === element.scrollTop ? held : { ...held, top: element.scrollTop },
    );
  }, [rows, choice, following, row, selected]);

  const scrolled = useCallback((): void => {
    const element = holder.current;
    if (element === null) return;
    const top = element.scrollTop;
    const up = top < past.current.top;
    const atEnd = element.scrollHeight - top - element.clientHeight < row;
    past.current.top = top;
    setView((held) => ({ ...held, top }));
    if (useJournal.getState().following) {
      if (up && !atEnd) release();
      else if (!atEnd) element.scrollTop = element.scrollHeight;
    } else if (atEnd && !up) {
      if (reachesHead) followEnd();
      else readNewer();
    } else if (top < NEAR * row) older();
  }, [row, reachesHead, older]);

  const { from, to } = visibleRows({ ...view, row, count: rows.length });
  return (
    <div
      className="facts"
      ref={holder}
      onScroll={scrolled}
      role="region"
      aria-label={t('audit.list')}
      data-testid="facts"
      data-following={following}
    >
      <ol style={{ height: rows.length * row }}>
        {rows.slice(from, to).map((fact, index) => (
          <Row
            key={fact.seq}
            fact={fact}
            top={(from + index) * row}
            selected={fact.seq === selected}
          />
        ))}
      </ol>
    </div>
  );
}
