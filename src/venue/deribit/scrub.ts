/** Text that may be told to others: without the key's secret or a token, and not longer than it may be. */
export type Scrub = (text: string, length: number) => string;

/** Members of a message that hold a secret, with or without the closing quote. */
const SECRET_MEMBERS = /("(?:client_secret|access_token|refresh_token|signature)"\s*:\s*")[^"]*/g;

/** A scrubber that also knows the secret itself. */
export function createScrub(secret: string | null): Scrub {
  return (text, length) => {
    const bare = text.replace(SECRET_MEMBERS, '$1…');
    return (secret === null || secret === '' ? bare : bare.replaceAll(secret, '…')).slice(
      0,
      length,
    );
  };
}
