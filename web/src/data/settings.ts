/** What a person chose for this browser: language, colours of results and keys. Light or dark is Mantine's to keep. */
import { create } from 'zustand';
import { type Lang, LANGUAGES } from '../../../src/words/format.ts';

export type Palette = 'default' | 'colour_safe';

type Settings = {
  readonly lang: Lang;
  readonly palette: Palette;
  /** Whether single letters do something on the page. */
  readonly keys: boolean;
  readonly setLang: (lang: Lang) => void;
  readonly setPalette: (palette: Palette) => void;
  readonly setKeys: (keys: boolean) => void;
};

/** A browser may refuse storage; then choices last as long as the page. */
export function read(key: string): string | null {
  try {
    return localStorage.getItem(`lockstep.${key}`);
  } catch {
    return null;
  }
}

export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(`lockstep.${key}`, value);
  } catch {
    // Nothing is lost but the memory of a choice.
  }
}

function firstLang(): Lang {
  const kept = read('lang');
  return (
    LANGUAGES.find((lang) => lang === kept) ?? (navigator.language.startsWith('nl') ? 'nl' : 'en')
  );
}

function apply({ lang, palette }: Pick<Settings, 'lang' | 'palette'>): void {
  document.documentElement.lang = lang;
  document.documentElement.dataset['palette'] = palette;
}

export const useSettings = create<Settings>()((set) => ({
  lang: firstLang(),
  palette: read('palette') === 'colour_safe' ? 'colour_safe' : 'default',
  keys: read('keys') !== 'off',
  setLang: (lang) => {
    keep('lang', lang);
    set({ lang });
  },
  setPalette: (palette) => {
    keep('palette', palette);
    set({ palette });
  },
  setKeys: (keys) => {
    keep('keys', keys ? 'on' : 'off');
    set({ keys });
  },
}));

apply(useSettings.getState());
useSettings.subscribe(apply);
