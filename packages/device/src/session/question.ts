/** User-interaction alerts, 1100…1104 (DM_Protocol 1.2.1). */
import { ALERT, type Alert, contentText, type Item, STATUS } from '@grove/protocol';
import type { UserInteraction } from './interaction.ts';

/** What became of a question. */
export interface QuestionOutcome {
  readonly code: number;
  /** What the user typed or chose, as Items of the Status. */
  readonly items: Item[];
}

export function isQuestion({ code }: Alert): boolean {
  return code >= ALERT.DISPLAY && code <= ALERT.MULTIPLE_CHOICE;
}

/** Asks the user; without anybody to ask, the feature is one that the device does not have. */
export async function ask(interaction: UserInteraction | undefined, alert: Alert): Promise<QuestionOutcome> {
  if (interaction === undefined) return { code: STATUS.NOT_SUPPORTED, items: [] };
  const [options = '', text, ...choices] = alert.items.map(({ data = '' }) => contentText(data) ?? '');
  if (text === undefined) return { code: STATUS.INCOMPLETE_COMMAND, items: [] };
  try {
    const { status, data = [] } = await interaction.ask({ code: alert.code, options, text, choices });
    return { code: status, items: data.map((each) => ({ data: each })) };
  } catch {
    return { code: STATUS.FAILED, items: [] };
  }
}
