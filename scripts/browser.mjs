/**
 * The browser of the tests: the system's Chromium or Chrome. Where there is none, Debian as root installs it; elsewhere
 * the person is told the one command. Plain JavaScript for Node 20 and later.
 */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { quietly, SetUpFailed, step } from './progress.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const fonts = '/usr/share/fonts/truetype/liberation';
const installation =
  'apt-get update && apt-get install --yes --no-install-recommends chromium fonts-liberation';

/** The path of a Chromium; `CHROMIUM_PATH` names one outright. Undefined where there is none. */
export function findBrowser() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return isProgram(named) ? named : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [...candidates, ...places].find(isProgram);
}

/** Finds a browser, installing one where that is possible. Returns its path, or undefined after saying what to do. */
export async function ensureBrowser() {
  const named = process.env.CHROMIUM_PATH;
  if (named && !isProgram(named)) throw new SetUpFailed(`CHROMIUM_PATH: ${named} is no program`);
  await step('browser for the tests', async () => {
    const debian = existsSync('/etc/debian_version');
    const found = findBrowser();
    if (found !== undefined && (!debian || hasFonts())) return found;
    if (debian && process.getuid?.() === 0) {
      await quietly('sh', ['-c', installation], {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
      const installed = findBrowser();
      if (installed === undefined)
        throw new SetUpFailed('chromium was installed, but is not on the path');
      return `${installed}, installed`;
    }
    if (found !== undefined) return found;
    const advice = debian
      ? `sudo sh -c '${installation}'`
      : 'install Chromium or Chrome, or set CHROMIUM_PATH to its program';
    return `none found. To have one: ${advice}`;
  });
  return findBrowser();
}

function hasFonts() {
  return ['', '2'].some(
    (suffix) => existsSync(fonts + suffix) && readdirSync(fonts + suffix).length > 0,
  );
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
