/**
 * Alerts: what a person must hear of, whether they look at a screen or not. An alert is told apart by its rule and its
 * subject; what comes back soon after it went is the same alert, counted once more. Texts are templates with `{names}`,
 * here in English for people without a screen; screens say them in their own language under the key `alert.<rule>`.
 */

/** Everything that raises an alert. Each has its page in `docs/operate` and its words in both languages. */
export const ALERT_RULES = [
  'break_open',
  'unprotected_position',
  'liquidation',
  'unresolved_order',
  'flatten_owed',
  'not_verified',
  'blind',
  'kill_engaged',
  'strategy_off',
  'crash_loop',
  'disk_low',
  'disk_full',
] as const;

export type AlertRule = (typeof ALERT_RULES)[number];

/** What an alert is about, so that a screen can lead there. */
export type AlertSubject = {
  readonly kind: 'break' | 'trade' | 'order' | 'strategy' | 'link' | 'books' | 'engine';
  readonly id: string;
};

export type AlertSeverity = 'info' | 'warning' | 'critical';
export type AlertState = 'firing' | 'cleared';

/**
 * One notice through a channel, with all its attempts: `says` is what it tells of the alert. `called_off`: a person has seen
 * the alert before the notice arrived. `nextAt` is when it is tried again.
 */
export type Delivery = {
  readonly notice: number;
  readonly says: AlertState;
  readonly state: 'delivered' | 'retrying' | 'given_up' | 'called_off';
  readonly attempts: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** The HTTP status of the last answer; null without an answer. */
  readonly status: number | null;
  readonly problem: string | null;
  readonly nextAt: string | null;
};

export type Alert = {
  readonly id: string;
  readonly account: string;
  readonly rule: AlertRule;
  readonly severity: AlertSeverity;
  readonly state: AlertState;
  readonly subject: AlertSubject;
  readonly instrument: string | null;
  readonly strategy: string | null;
  /** What fills the text. */
  readonly params: Readonly<Record<string, string>>;
  /** The text in English. */
  readonly text: string;
  /** Since when it fires, or last fired. */
  readonly since: string;
  readonly clearedAt: string | null;
  /** How often it was raised. */
  readonly count: number;
  /** Who has seen it; nothing more is sent about it until it clears. */
  readonly acknowledged: { readonly by: string; readonly at: string } | null;
  /** Nothing is sent about it before `until`. */
  readonly snoozed: { readonly by: string; readonly until: string } | null;
  /** Whether there was a channel when it was raised, so that its clearing is owed as well. */
  readonly notify: boolean;
  /** The last notices, newest last. */
  readonly deliveries: readonly Delivery[];
};

/**
 * Whether the receiver believes that it fires, so that its end is owed to them: what arrived last told so, whatever became
 * of repetitions after it. Before the first notice it is expected to.
 */
export function isBelieved({ notify, deliveries }: Alert): boolean {
  const last = deliveries.at(-1);
  if (last === undefined) return notify;
  const told = deliveries.findLast(({ state }) => state === 'delivered');
  return last.says === 'firing' && told?.says === 'firing';
}

/** What tells one alert from another. */
export const fingerprintOf = ({
  rule,
  subject,
}: {
  readonly rule: AlertRule;
  readonly subject: AlertSubject;
}): string => `${rule}/${subject.kind}/${subject.id}`;

/** The sentence of each rule in English; `words` has the same beside the Dutch one. */
export const ALERT_TEXT: Readonly<Record<AlertRule, string>> = {
  break_open:
    'Books and exchange differ on {instrument}: {kind}. Books: {books}. Exchange: {exchange}.',
  unprotected_position:
    '{amount:number} of trade {trade} on {instrument} has no live stop at the exchange.',
  liquidation: 'The exchange is liquidating the position in {instrument}.',
  unresolved_order:
    'For more than 60 s it is not known whether order {label} on {instrument} exists.',
  flatten_owed:
    'Closing of strategy {strategy} on {instrument} was asked for more than 60 s ago, and a trade is still open.',
  not_verified: 'The books have not been verified against the exchange for more than 90 s.',
  blind: 'The {link} link to the exchange has been down for more than 20 s.',
  kill_engaged: 'The kill switch is on, by {by}: {reason}',
  strategy_off: 'Strategy {strategy} was switched off: too many entries in a short time.',
  crash_loop: 'The engine ended {count} times within 10 minutes without being asked to.',
  disk_low: 'The disk of the journal is nearly full.',
  disk_full: 'The disk of the journal is full; what closes and protects goes on in its reserve.',
};

/** The English text of a rule, filled in; values that are words of ours are spelt with spaces. */
export function alertText(rule: AlertRule, params: Readonly<Record<string, string>>): string {
  return ALERT_TEXT[rule].replace(/\{(\w+)(?::\w+)?\}/g, (_, name: string) => {
    const value = params[name] ?? '';
    return name === 'kind' ? value.replaceAll('_', ' ') : value;
  });
}
