/** Listens for the page's keys and shows which there are. */
import { Modal } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { create } from 'zustand';
import { useCommands } from '../data/commands.ts';
import { DESTINATIONS, type KeyWish, pressed } from '../data/keys.ts';
import { practiceOrigin } from '../data/meta.ts';
import { go } from '../data/router.ts';
import { useSettings } from '../data/settings.ts';
import { openPractice } from '../data/window.ts';
import { useWords } from '../data/words.ts';
import { considerKill } from '../parts/controls.tsx';
import { considerPause, usePausing } from './pause-all.tsx';

const useHelp = create<{ readonly opened: boolean }>()(() => ({ opened: false }));

export const showKeys = (opened: boolean): void => useHelp.setState({ opened });

/** A `g` without its letter is forgotten after this long. */
const WAIT_MS = 1_500;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const inDialog = (): boolean =>
  useCommands.getState().considered !== null ||
  usePausing.getState().opened ||
  useHelp.getState().opened;

function carryOut(wish: KeyWish): void {
  switch (wish.kind) {
    case 'go':
      if (wish.path !== DESTINATIONS.p) return go(wish.path);
      if (practiceOrigin !== '' && !openPractice()) go(wish.path);
      return;
    case 'help':
      return showKeys(true);
    case 'pause':
      return considerPause(true);
    case 'kill':
      return considerKill();
  }
}

function useKeys(): void {
  useEffect(() => {
    let waitsUntil = -Infinity;
    const listen = (event: KeyboardEvent): void => {
      const letters = useSettings.getState().keys;
      const press = {
        key: event.key,
        shift: event.shiftKey,
        modified: event.ctrlKey || event.altKey || event.metaKey,
        typing: isTyping(event.target),
        inDialog: inDialog() || event.defaultPrevented || (!letters && event.key !== '?'),
      };
      const { waiting, wish } = pressed(performance.now() < waitsUntil, press);
      waitsUntil = waiting ? performance.now() + WAIT_MS : -Infinity;
      if (wish === null) return;
      event.preventDefault();
      carryOut(wish);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

export function Keyboard(): ReactNode {
  const { t, T } = useWords();
  const opened = useHelp((help) => help.opened);
  const { keys, setKeys } = useSettings();
  useKeys();
  const rows: readonly (readonly [readonly string[], string])[] = [
    [['g', 'o'], t('page.overview')],
    [['g', 'm'], t('page.metrics')],
    [['g', 'b'], t('page.breaks')],
    [['g', 'r'], t('page.recon')],
    [['g', 'a'], t('page.audit')],
    [['g', 'l'], t('page.alerts')],
    [['g', 'c'], t('web.page_controls')],
    ...(practiceOrigin === '' ? [] : ([[['g', 'p'], t('page.practice')]] as const)),
    [['Shift', 'P'], t('web.key_pause')],
    [['Shift', 'K'], t('web.key_kill')],
    [['Esc'], t('web.key_escape')],
    [['?'], t('web.key_help')],
  ];
  return (
    <Modal
      opened={opened}
      onClose={() => showKeys(false)}
      title={t('web.keys')}
      centered
      lockScroll={false}
      yOffset={84}
      size="sm"
      closeButtonProps={{ 'aria-label': t('button.close') }}
      transitionProps={{ duration: 100 }}
    >
      <dl className="keys" data-testid="keys">
        {rows.map(([names, text]) => (
          <div key={text}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <label className="keys-switch">
        <input
          type="checkbox"
          checked={keys}
          onChange={(event) => setKeys(event.currentTarget.checked)}
          data-testid="keys-on"
        />{' '}
        {T('web.keys_on')}
      </label>
    </Modal>
  );
}
