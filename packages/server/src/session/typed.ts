/** What users type in answer to questions, which may be a secret. */
import type { Command, Content, Status } from '@grove/protocol';
import { isQuestion } from '../steps/index.ts';
import type { Asked } from './state.ts';

/** Characters of the longest number of a choice; nothing so short is looked for. */
const NUMBER_OF_CHOICE = 2;

/** What a device says that a user has typed, as long as it is not known what was asked. */
export function typedIn(commands: readonly Command[]): Content[] {
  return commands.flatMap((command) => (command.name === 'Status' ? typedInStatus(command) : []));
}

function typedInStatus({ cmd, items }: Status): Content[] {
  if (cmd !== 'Alert' && cmd !== '') return [];
  return items.flatMap(({ data = '' }) =>
    typeof data === 'string' && data.trim().length <= NUMBER_OF_CHOICE ? [] : [data],
  );
}

/**
 * What in a Status nobody is to see afterwards.
 *
 * @param asked what it answers; undefined where that is not known
 */
export function secretsIn(status: Status, asked: Asked | undefined): Content[] {
  if (asked === undefined) return typedInStatus(status);
  const { request } = asked;
  const isHidden = isQuestion(request) && request.question.kind === 'input' && request.question.hidden;
  return isHidden ? status.items.flatMap(({ data = '' }) => (data === '' ? [] : [data])) : [];
}
