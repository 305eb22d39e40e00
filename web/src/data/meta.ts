/** What the server writes into the page's head: the nonce for styles and the origin of the practice exchange. */

function content(name: string): string {
  const value = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
  return value.startsWith('__') ? '' : value;
}

export const cspNonce = content('csp-nonce');

/** Origin of the practice exchange's control API, or "" when the engine does not trade there. */
export const practiceOrigin = content('lockstep-practice');
