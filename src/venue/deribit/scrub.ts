/** Text that may be told to others: without the key's secret or a token, and not longer than it may be. */
export type Scrub = (text: string, length: number) => string;

const NAMES = 'client_secret|access_token|refresh_token|signature|password|tfa';
/** Members of a message that hold a secret, with or without the closing quote; in JSON, and in JSON within a text of JSON. */
const SECRET_MEMBERS = new RegExp(
  String.raw`("(?:${NAMES})"\s*:\s*")(?:[^"\\]|\\.)*|(\\+"(?:${NAMES})\\+"\s*:\s*\\+")[^"\\]*`,
  'gs',
);
/** The same in an address. */
const SECRET_PARAMETERS = new RegExp(String.raw`\b((?:${NAMES})=)[^&\s"\\]*`, 'g');

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
    let bare = text.replace(SECRET_MEMBERS, '$1$2…').replace(SECRET_PARAMETERS, '$1…');
    for (const known of own) bare = bare.replaceAll(known, '…');
    for (const token of tokens())
      for (const known of spellings(token)) bare = bare.replaceAll(known, '…');
    return bare.slice(0, length);
  };
}
