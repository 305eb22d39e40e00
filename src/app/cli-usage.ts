/** Wrong usage in the person's language: what the parser did not understand and what it would. */
import type { Command, CommanderError } from 'commander';
import { nearest } from '../base/nearest.ts';
import type { Lang } from '../words/format.ts';
import { text } from '../words/text.ts';

/** What stands between quotes in the parser's message: the word that it stumbled over. */
const quoted = (message: string): string => /'([^']*)'/.exec(message)?.[1] ?? '';

const verbsOf = (program: Command): readonly string[] =>
  program.commands.map((command) => command.name());

const optionsOf = (program: Command): readonly string[] =>
  program.commands
    .flatMap((command) => [command, ...command.commands])
    .flatMap((command) => command.options.map(({ long }) => long ?? ''));

function unknown(
  lang: Lang,
  what: 'cli.usage.unknown_verb' | 'cli.usage.unknown_option',
  word: string,
  known: readonly string[],
): string {
  const meant = nearest(word, known);
  const words = text(lang, what, { word });
  return meant === undefined ? words : `${words} ${text(lang, 'cli.usage.meant', { meant })}`;
}

/** One line on what was wrong with the arguments. */
export function usageWords(lang: Lang, error: CommanderError, program: Command): string {
  const word = quoted(error.message);
  switch (error.code) {
    case 'commander.unknownCommand':
      return unknown(lang, 'cli.usage.unknown_verb', word, verbsOf(program));
    case 'commander.unknownOption':
      return unknown(lang, 'cli.usage.unknown_option', word, optionsOf(program));
    case 'commander.missingArgument':
      return text(lang, 'cli.usage.missing_argument', { word });
    case 'commander.optionMissingArgument':
      return text(lang, 'cli.usage.missing_value', { word });
    case 'commander.missingMandatoryOptionValue':
      return text(lang, 'cli.usage.missing_option', { word });
    case 'commander.excessArguments':
      return text(lang, 'cli.usage.excess');
    case 'commander.invalidArgument':
      return text(lang, 'cli.usage.invalid', {
        word,
        reason: error.message.replace(/^.*?(?:is invalid\.)\s*/s, ''),
      });
    default:
      return text(lang, 'cli.usage.other', { reason: error.message.replace(/^error: /, '') });
  }
}
