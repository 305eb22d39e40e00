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

/** A scrubber that also knows the secret itself. */
export function createScrub(secret: string | null): Scrub {
  return (text, length) => {
    const bare = text.replace(SECRET_MEMBERS, '$1$2…').replace(SECRET_PARAMETERS, '$1…');
    return (secret === null || secret === '' ? bare : bare.replaceAll(secret, '…')).slice(
      0,
      length,
    );
  };
}
