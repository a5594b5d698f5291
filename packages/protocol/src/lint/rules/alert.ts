/** What alerts carry. */
import { isQuestionAlert, parseQuestion, QuestionError } from '../../interaction/index.ts';
import { ALERT, ALERT_CODES, type Alert } from '../../syncml/index.ts';
import { SPEC } from '../../vocabulary/index.ts';
import { type Fault, type ItemView, type Rule, unless } from '../rule.ts';

const MARKS: ReadonlySet<string> = new Set([
  'fatal',
  'critical',
  'minor',
  'warning',
  'informational',
  'harmless',
  'indeterminate',
]);

function isReport({ code }: Alert): boolean {
  return code === ALERT.GENERIC || code === ALERT.CLIENT_EVENT;
}

/** Faults of the Items of generic alerts and client events. */
function ofReport(check: (view: ItemView, alert: Alert) => Fault | undefined) {
  return (view: ItemView): Fault | undefined =>
    view.command.name === 'Alert' && isReport(view.command) ? check(view, view.command) : undefined;
}

function questionFaults(alert: Alert): Fault[] {
  try {
    return parseQuestion(alert).ignored.map((found) => ({ found, expected: 'an option of the standard' }));
  } catch (error) {
    if (!(error instanceof QuestionError)) throw error;
    return [{ found: error.message, expected: 'a question that can be shown' }];
  }
}

export const ALERT_RULES: readonly Rule[] = [
  {
    id: 'alert-code',
    says: 'An alert code is one of those that device management defines.',
    specification: SPEC.repPro,
    section: 'Alert codes',
    severity: 'error',
    command: ({ command }) =>
      unless(
        command.name !== 'Alert' || ALERT_CODES.has(command.code),
        command.name === 'Alert' ? `Alert ${command.code}` : '',
        'a code of the standard',
      ),
  },
  {
    id: 'alert-question',
    says: 'A question has an Item with options, one with a text, and one for each choice.',
    specification: SPEC.protocol,
    section: '10',
    severity: 'warning',
    command: ({ command }) =>
      command.name === 'Alert' && isQuestionAlert(command) ? questionFaults(command) : undefined,
  },
  {
    id: 'alert-items',
    says: 'A generic alert or a client event has at least one Item.',
    specification: SPEC.protocol,
    section: '8.7',
    severity: 'error',
    command: ({ command }) =>
      unless(
        command.name !== 'Alert' || !isReport(command) || command.items.length > 0,
        'an alert without Items',
        'at least one',
      ),
  },
  {
    id: 'alert-type',
    says: 'An Item of a generic alert or a client event has Meta Type.',
    specification: SPEC.protocol,
    section: '8.7',
    severity: 'error',
    item: ofReport(({ type }) => unless((type ?? '') !== '', 'no Meta Type', 'the type of the alert')),
  },
  {
    id: 'alert-format',
    says: 'An Item of a generic alert or a client event has Meta Format.',
    specification: SPEC.protocol,
    section: '8.7',
    severity: 'warning',
    item: ofReport(({ format }) => unless((format ?? '') !== '', 'no Meta Format', 'the format of its Data')),
  },
  {
    id: 'alert-data',
    says: 'An Item of a generic alert has Data.',
    specification: SPEC.protocol,
    section: '8.7',
    severity: 'warning',
    item: ofReport(({ item }, { code }) =>
      unless(code !== ALERT.GENERIC || item.data !== undefined, 'no Data', 'Data'),
    ),
  },
  {
    id: 'alert-mark',
    says: 'Meta Mark says how important an alert is, in one of seven words.',
    specification: SPEC.protocol,
    section: '8.7',
    severity: 'warning',
    item: ofReport(({ item }) =>
      unless(
        item.meta?.mark === undefined || MARKS.has(item.meta.mark),
        `Mark ${item.meta?.mark}`,
        [...MARKS].join(', '),
      ),
    ),
  },
  {
    id: 'alert-correlator',
    says: 'A Correlator stands in an Exec and in the generic alert that reports its outcome.',
    specification: SPEC.protocol,
    section: '8.7',
    severity: 'note',
    command: ({ command }) =>
      unless(
        command.name !== 'Alert' || command.correlator === undefined || command.code === ALERT.GENERIC,
        command.name === 'Alert' ? `Correlator in Alert ${command.code}` : '',
        'none',
      ),
  },
];
