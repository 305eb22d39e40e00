/**
 * Seeded random numbers (sfc32, by C. Doty-Humphrey, public domain algorithm; state filled by splitmix32 over the name).
 * One named stream per subsystem, so that a new draw in one place does not shift the others. The state is plain data.
 */
export type Prng = { a: number; b: number; c: number; d: number };

function mix(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A stream of its own for (seed, name). */
export function prng(seed: number, name: string): Prng {
  const next = mix(hashText(`${seed}/${name}`));
  const state = { a: next(), b: next(), c: next(), d: 1 };
  for (let i = 0; i < 12; i++) nextUint32(state);
  return state;
}

/** The next 32 random bits; advances the stream. */
export function nextUint32(state: Prng): number {
  const t = (((state.a + state.b) | 0) + state.d) | 0;
  state.d = (state.d + 1) | 0;
  state.a = state.b ^ (state.b >>> 9);
  state.b = (state.c + (state.c << 3)) | 0;
  state.c = (state.c << 21) | (state.c >>> 11);
  state.c = (state.c + t) | 0;
  return t >>> 0;
}

/** A number in [0, 1); advances the stream. */
export const nextUnit = (state: Prng): number => nextUint32(state) / 4294967296;

/** A whole number in [0, below); advances the stream. */
export const nextBelow = (state: Prng, below: number): number =>
  Math.floor(nextUnit(state) * below);

/** A draw of the standard normal distribution (Box-Muller); advances the stream by two. */
export function nextNormal(state: Prng): number {
  const radius = Math.sqrt(-2 * Math.log(1 - nextUnit(state)));
  return radius * Math.cos(2 * Math.PI * nextUnit(state));
}
