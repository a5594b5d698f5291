import { STATUS } from '@grove/protocol';
import { checkContent, checkValue, readUri } from '../checking/index.ts';
import { whyFailed } from '../command/index.ts';
import { type AlertSaid, type StepKind, succeeded } from '../kind.ts';
import type { NodeRequest } from '../request.ts';
import type { ExecStep } from './step.ts';

export { ExecStep } from './step.ts';

/** How far an Exec has come; null until it is answered. */
type Progress =
  | null
  | { readonly status: number | null; readonly reason?: string | undefined }
  /** The device carries it out. */
  | { readonly until: number }
  /** The device has told the outcome. */
  | { readonly outcome: string | null }
  | { readonly expired: true };

/** The command that a step is. */
export function execRequest({ uri, value, content, format, type }: ExecStep, id: string): NodeRequest {
  return { id, command: 'Exec', uri, value, content, format, type };
}

/**
 * Executes a node, once. Where the outcome is awaited, the step goes on when the device sends a generic alert
 * with the same correlator or, as some never repeat it, with the same node or one above it as Source.
 */
export const exec: StepKind<ExecStep, Progress> = {
  // What follows an outcome must not come before it.
  adjacent: (step) => step.await === undefined,

  check(step, { field, problems }) {
    const uri = readUri(step.uri, 'node', `${field}/uri`, problems)?.toString() ?? step.uri;
    if (step.content !== undefined) return { ...checkContent(step, field, problems), uri };
    if (step.value !== undefined) checkValue({ ...step, value: step.value }, field, problems);
    return { ...step, uri };
  },

  start: () => null,

  requests(step, progress, { name }) {
    if (progress !== null) return [];
    const request = execRequest(step, '');
    return [step.await === undefined ? request : { ...request, correlator: name }];
  },

  answered(step, progress, _request, { status, reason }, now) {
    // An alert may come before the answer to the command that it is about.
    if (progress !== null) return progress;
    const isUnderway = status === STATUS.ACCEPTED || (status === null && reason === undefined);
    if (step.await === undefined || !isUnderway) return { status, reason };
    // A device that goes dark over an Exec may have begun it, and does not get it again.
    return { until: now + step.await.seconds * 1000 };
  },

  failure(step, progress) {
    if (progress !== null && 'expired' in progress) {
      const { seconds = 0, type } = step.await ?? {};
      const kind = type === undefined ? 'alert' : `alert of type ${type}`;
      return `no ${kind} told the outcome of Exec ${step.uri} within ${seconds} seconds`;
    }
    if (progress !== null && 'outcome' in progress) {
      const expected = step.await?.expect;
      if (expected === undefined || expected.includes(progress.outcome?.trim() ?? '')) return undefined;
      return `the outcome of Exec ${step.uri} is ${JSON.stringify(progress.outcome ?? '')}, not ${expected.join(' or ')}`;
    }
    if (progress !== null && 'until' in progress) return undefined;
    const answer = progress ?? { status: null };
    return succeeded(answer.status) ? undefined : whyFailed(execRequest(step, ''), answer);
  },

  reports: () => true,

  waits: (_step, progress) => (progress !== null && 'until' in progress ? progress.until : undefined),

  alerted(step, progress, alert, name) {
    if (step.await === undefined || (progress !== null && !('until' in progress))) return undefined;
    const { type } = step.await;
    if (type !== undefined && type !== alert.type) return undefined;
    return isAbout(alert, step.uri, name) ? { outcome: alert.data } : undefined;
  },

  expired: () => ({ expired: true }),
};

/** Whether an alert tells the outcome of an Exec. The correlator decides where there is one. */
function isAbout({ correlator, source }: AlertSaid, uri: string, name: string): boolean {
  if (correlator !== null && correlator.trim() !== '') return correlator.trim() === name;
  return source !== null && source !== '.' && (source === uri || uri.startsWith(`${source}/`));
}
