/** The control calls that read and change how the exchange behaves where the documents leave it open. */
import { ok } from '../../../base/result.ts';
import { type Outcome, readBody } from './control-input.ts';
import type { Desk } from '../desk.ts';
import { optionsBody, optionsView } from '../options.ts';

export const getOptions = (desk: Desk): Outcome => ok(optionsView(desk.options));

/** Changes the options that are named, from now on and until the exchange stops. */
export function postOptions(desk: Desk, body: unknown): Outcome {
  const read = readBody(optionsBody, body);
  if (!read.ok) return read;
  Object.assign(
    desk.options,
    Object.fromEntries(Object.entries(read.value).filter(([, value]) => value !== undefined)),
  );
  return ok(optionsView(desk.options));
}
