/** How this browser shows things: language, light or dark, and colours of results. */
import { ActionIcon, Popover, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { LANGUAGES } from '../../../src/words/format.ts';
import { useSettings } from '../data/settings.ts';
import { useWords } from '../data/words.ts';
import { Icon } from '../parts/icon.tsx';

const SCHEMES = ['light', 'dark', 'auto'] as const;
const PALETTES = ['default', 'colour_safe'] as const;

export function DisplayMenu(): ReactNode {
  const { t, lang } = useWords();
  const { palette, setLang, setPalette } = useSettings();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Popover position="bottom-end" withArrow shadow="md">
      <Popover.Target>
        <ActionIcon
          variant="default"
          aria-label={t('web.display')}
          title={t('web.display')}
          data-testid="display-menu"
        >
          <Icon name="display" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="display">
          <span id="display-lang">{t('button.language')}</span>
          <SegmentedControl
            size="xs"
            value={lang}
            aria-labelledby="display-lang"
            data-testid="lang"
            onChange={(value) => setLang(LANGUAGES.find((each) => each === value) ?? 'en')}
            data={[
              { value: 'en', label: 'English' },
              { value: 'nl', label: 'Nederlands' },
            ]}
          />
          <span id="display-theme">{t('button.theme')}</span>
          <SegmentedControl
            size="xs"
            value={colorScheme}
            aria-labelledby="display-theme"
            data-testid="theme"
            onChange={(value) => setColorScheme(SCHEMES.find((each) => each === value) ?? 'auto')}
            data={SCHEMES.map((value) => ({ value, label: t(`web.theme_${value}`) }))}
          />
          <span id="display-palette">{t('web.palette')}</span>
          <SegmentedControl
            size="xs"
            value={palette}
            aria-labelledby="display-palette"
            data-testid="palette"
            onChange={(value) => setPalette(PALETTES.find((each) => each === value) ?? 'default')}
            data={PALETTES.map((value) => ({ value, label: t(`web.palette_${value}`) }))}
          />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
