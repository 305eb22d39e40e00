/** Text that may be told to others: without the key's secret or a token, and not longer than it may be. */
export type Scrub = (text: string, length: number) => string;

const NAMES = 'client_secret|access_token|refresh_token|signature|password|tfa';
/**
 * Members of a message that hold a secret, with or without the closing quote; in JSON, and in JSON within a text of JSON.
 * A row of backslashes is looked at from its beginning only, or a long one would be looked at from each of them.
 */
const SECRET_MEMBERS = new RegExp(
  String.raw`("(?:${NAMES})"\s*:\s*")[^"\\]*(?:\\.[^"\\]*)*|((?<!\\)\\+"(?:${NAMES})\\+"\s*:\s*\\+")[^"\\]*`,
  'gs',
);
/** The same in an address. */
const SECRET_PARAMETERS = new RegExp(String.raw`\b((?:${NAMES})=)[^&\s"\\]*`, 'g');

/** How much of a text is looked at: many times what is ever told, and no more than a pattern can be held against. */
const LOOKED_AT = 65_536;

/** A secret as it stands in plain text and inside a text of JSON. */
const spellings = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
];

/** A scrubber that also knows the secret itself, and the tokens that there are when it is asked. */
export function createScrub(
  secret: string | null,
  tokens: () => readonly string[] = () => [],
): Scrub {
  const own = secret === null || secret === '' ? [] : spellings(secret);
  return (text, length) => {
    const all = [...own, ...tokens().flatMap(spellings)];
    let bare = text
      .slice(0, LOOKED_AT)
      .replace(SECRET_MEMBERS, '$1$2…')
      .replace(SECRET_PARAMETERS, '$1…');
    for (const known of all) bare = bare.replaceAll(known, '…');
    // Where the text was cut a secret may have been cut too, and not be known again.
    const longest = Math.max(0, ...all.map((known) => known.length));
    if (text.length > LOOKED_AT) bare = bare.slice(0, Math.max(0, bare.length - longest));
    return bare.slice(0, length);
  };
}
