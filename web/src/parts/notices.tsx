/** What became of commands: one line each; refusals stay until they are read. */
import { CloseButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { dismiss, type Notice, useCommands } from '../data/commands.ts';
import { useWords } from '../data/words.ts';

function Line({ notice }: { readonly notice: Notice }): ReactNode {
  const { t, T, say } = useWords();
  const { key, reason, about, tone } = notice;
  const [verb = '', strategy = ''] = about.split(' ');
  const what =
    `${say(verb === 'reconcile' ? 'button.check_now' : `button.${verb}`)} ${strategy}`.trim();
  const said = key === 'command.refused' || key === 'command.failed' ? T(key, { reason }) : t(key);
  return (
    <li
      className={`notice ${tone === 'bad' ? 'notice-bad' : ''}`}
      data-testid="notice"
      data-tone={tone}
    >
      <span>
        <b>{what}</b>: {said}
      </span>
      <CloseButton size="sm" aria-label={t('button.close')} onClick={() => dismiss(notice.id)} />
    </li>
  );
}

export function Notices(): ReactNode {
  const notices = useCommands((commands) => commands.notices);
  return (
    <ul className="notices" role="status">
      {notices.map((notice) => (
        <Line key={notice.id} notice={notice} />
      ))}
    </ul>
  );
}
