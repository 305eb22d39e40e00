/** What a narrow screen has no room for: the other pages and pausing everything, behind one button of the navigation. */
import { Popover } from '@mantine/core';
import { type MouseEvent, type ReactNode, useState } from 'react';
import { follow } from '../data/router.ts';
import { useWords } from '../data/words.ts';
import { Icon } from '../parts/icon.tsx';
import type { Place } from './frame.tsx';
import { PauseAll } from './pause-all.tsx';

export function MoreMenu({
  places,
  current,
}: {
  readonly places: readonly Place[];
  /** The page of these that is open, if one is. */
  readonly current: Place['page'] | undefined;
}): ReactNode {
  const { t } = useWords();
  const [opened, setOpened] = useState(false);
  const leave = (event: MouseEvent<HTMLAnchorElement>): void => {
    follow(event);
    setOpened(false);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="top-end" shadow="md" zIndex={240}>
      <Popover.Target>
        <button
          type="button"
          className="nav-more"
          aria-expanded={opened}
          aria-current={current === undefined ? undefined : 'page'}
          onClick={() => setOpened(!opened)}
          data-testid="nav-more"
        >
          <Icon name="more" /> <span>{t('page.more')}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown className="more-menu" data-testid="more-menu">
        {places.map((place) => (
          <a
            key={place.path}
            href={place.path}
            onClick={leave}
            aria-current={place.page === current ? 'page' : undefined}
            data-testid={`more-${place.page}`}
          >
            <Icon name={place.icon} /> {t(place.key)}
          </a>
        ))}
        <PauseAll testId="more-pause-all" done={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}
