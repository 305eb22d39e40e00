/** Mantine in the colours of `style/tokens.css`. */
import { createTheme, type MantineColorsTuple } from '@mantine/core';

const dark: MantineColorsTuple = [
  '#e6eaf0',
  '#c5cdd8',
  '#9aa4b2',
  '#6b7685',
  '#3a4553',
  '#28313c',
  '#1e252e',
  '#171c23',
  '#0f1318',
  '#0a0d11',
];

const info: MantineColorsTuple = [
  '#e8f3ff',
  '#d2e6fd',
  '#a8cdf9',
  '#8cc0fb',
  '#6cb2ff',
  '#3d8ee0',
  '#1f73c7',
  '#0b5cad',
  '#084a8c',
  '#05386b',
];

const kill: MantineColorsTuple = [
  '#fdecea',
  '#f9d2cf',
  '#f1a5a0',
  '#ff8f8f',
  '#ff6e6e',
  '#db4a42',
  '#c8362d',
  '#b3261e',
  '#931c16',
  '#73130e',
];

export const theme = createTheme({
  fontFamily:
    '-apple-system, "Segoe UI", Inter, Roboto, "Noto Sans", "Helvetica Neue", "Liberation Sans", Arial, system-ui, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  primaryColor: 'info',
  primaryShade: { light: 7, dark: 6 },
  colors: { dark, info, kill },
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
});
