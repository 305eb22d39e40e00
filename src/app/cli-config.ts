/** What is wrong with a configuration, in the person's language. */
import type { Lang } from '../words/format.ts';
import { text } from '../words/text.ts';
import type { Refusal } from './config-safety.ts';
import type { ConfigProblem } from './config-sources.ts';

/** One problem as one line: where, which field, what stood there, what is accepted. */
export function problemLine(lang: Lang, problem: ConfigProblem): string {
  const { where } = problem;
  switch (problem.kind) {
    case 'unreadable':
      return text(lang, 'error.no_config', { file: where, reason: problem.reason });
    case 'unknown': {
      const { field, nearest } = problem;
      const words =
        nearest === undefined
          ? text(lang, 'cli.unknown_setting', { field })
          : text(lang, 'error.unknown_setting', { field, nearest });
      return `${where}: ${words}`;
    }
    case 'wrong': {
      const { field, found, accepted } = problem;
      return `${where}: ${text(lang, 'error.setting', { field, found, accepted })}`;
    }
    case 'missing':
      return `${where}: ${text(lang, 'error.missing_value', { field: problem.field, accepted: problem.accepted })}`;
  }
}

/** Why a run is refused for safety. */
export function refusalLine(lang: Lang, refusal: Refusal): string {
  switch (refusal.code) {
    case 'testnet_with_live':
      return text(lang, 'error.testnet_with_live');
    case 'live_not_armed':
      return text(lang, 'cli.live_refused');
    case 'speed_outside_practice':
      return text(lang, 'error.speed_outside_practice');
    case 'wrong_venue':
      return text(lang, 'cli.wrong_venue', { mode: refusal.mode, host: refusal.host });
    case 'plain_venue':
      return text(lang, 'cli.plain_venue', { host: refusal.host });
    case 'host_beyond_loopback':
      return text(lang, 'cli.host_refused', { host: refusal.host });
  }
}
