/** Who has taken a difference on: said so that two people do not work on one, and none thinks that somebody else does. */
import type { Command, CommandVerb } from '../domain/command.ts';
import { updateBreak } from './breaks.ts';
import { unknownBreak } from './decide.ts';
import { type CommandOutcome, type Step, refuse } from './reply.ts';
import type { Turn } from './turn.ts';

type Owning = Extract<Command, { readonly verb: 'take' | 'release' }>;

/** Whether it is about who has a difference. */
export const isAboutOwner = (command: Command): command is Owning =>
  command.verb === 'take' || command.verb === 'release';

/** Why it can't be taken or let go of. Whoever takes it from another is named by the fact. */
export function examineOwner(
  turn: Turn,
  { verb, breakId, by }: Owning,
): CommandOutcome | undefined {
  const found = turn.books.breaks.get(breakId)?.break;
  if (found === undefined) return unknownBreak(turn, breakId);
  if (verb === 'take' && found.owner === by.id)
    return refuse('taken', `${breakId} is taken by ${by.id} already`);
  return verb === 'release' && found.owner === null
    ? refuse('not_taken', `nobody has taken ${breakId}`)
    : undefined;
}

/** What it will do, in words of the field. */
export const ownerPlan = ({
  verb,
  breakId,
}: Extract<CommandVerb, { readonly verb: 'take' | 'release' }>): readonly Step[] => [
  {
    action: verb,
    text:
      verb === 'take'
        ? `${breakId} is taken on in your name; nothing else changes`
        : `${breakId} is nobody's again; nothing else changes`,
  },
];

/** Notes who has it from now on. */
export function setOwner(turn: Turn, { verb, breakId, by }: Owning): void {
  const held = turn.books.breaks.get(breakId);
  if (held !== undefined)
    updateBreak(turn, held, { owner: verb === 'take' ? by.id : null }, { by });
}
