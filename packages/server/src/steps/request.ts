/** What is asked of a device: commands, questions to its user, and containers of both. */
import type { Question } from '@grove/protocol';

/** A DM command on one node: many clients handle only the first Item of a command. */
export interface NodeRequest {
  /** Names the request within its step, or within its container; it keeps its id when it is sent again. */
  readonly id: string;
  readonly command: 'Get' | 'Add' | 'Replace' | 'Delete' | 'Copy' | 'Exec';
  /** Target URI. For Copy the node that is written. */
  readonly uri: string;
  /** Copy: the node that is read. */
  readonly source?: string | undefined;
  readonly value?: string | undefined;
  /** In place of the value: the content that holds it. Not within a container, which travels whole. */
  readonly content?: number | undefined;
  readonly format?: string | undefined;
  readonly type?: string | undefined;
  /** Exec: what the device repeats in the alert that tells the outcome (DM_Protocol 1.2.1, generic alert). */
  readonly correlator?: string | undefined;
  /** Canonical URIs of the nodes that it reads or writes whose values nobody is to see. */
  readonly secrets?: readonly string[] | undefined;
  /** Add, Replace: the sub-tree that is the value, parents first. */
  readonly tree?: readonly SubtreeNode[] | undefined;
}

/** A node of a sub-tree that travels as one value, a serialized tree (OMA-TS-DM-TNDS 1.2). */
export interface SubtreeNode {
  /** Canonical; the target or below it. */
  readonly uri: string;
  /** `node` for an interior node; `chr` when absent. */
  readonly format?: string | undefined;
  /** MIME type of a leaf; an interior node's management object identifier. */
  readonly type?: string | undefined;
  /** Text, or base64 where the format is `bin`. */
  readonly value?: string | undefined;
  readonly acl?: string | undefined;
  readonly title?: string | undefined;
}

/** A question to the user, or a text for them: Alerts 1100 to 1104 (DM_Protocol 1.2.1, user interaction). */
export interface QuestionRequest {
  readonly id: string;
  readonly command: 'Alert';
  readonly question: Question;
  /** Whether what is typed is kept nowhere, since the user may not see it either. */
  readonly withheld?: boolean;
}

/**
 * Commands that are carried out as one (Atomic), or in their order (Sequence).
 * It travels in one message, whole (DM_Protocol 1.2.1).
 */
export interface ContainerRequest {
  readonly id: string;
  readonly command: 'Atomic' | 'Sequence';
  readonly requests: readonly Request[];
}

export type Request = NodeRequest | QuestionRequest | ContainerRequest;

export function isContainer(request: Request): request is ContainerRequest {
  return request.command === 'Atomic' || request.command === 'Sequence';
}

export function isQuestion(request: Request): request is QuestionRequest {
  return request.command === 'Alert';
}

/** A request and all within it. */
export function* flatten(request: Request): Iterable<Request> {
  yield request;
  if (isContainer(request)) for (const each of request.requests) yield* flatten(each);
}

/** Canonical URIs of all nodes that a request reads or writes whose values nobody is to see. */
export function secretsOfRequest(request: Request): string[] {
  return [...flatten(request)].flatMap((each) => ('secrets' in each ? (each.secrets ?? []) : []));
}

/** Whether a request has, or may have, an effect that must not come twice. */
export function holdsExec(request: Request): boolean {
  return [...flatten(request)].some(({ command }) => command === 'Exec');
}

/** A request in a few words: `Get ./A`, `Atomic of 3 commands`. */
export function nameOfRequest(request: Request): string {
  if (isContainer(request)) {
    const { length } = request.requests;
    return `${request.command} of ${length} ${length === 1 ? 'command' : 'commands'}`;
  }
  if (isQuestion(request)) return `question ${JSON.stringify(shortened(request.question.text))}`;
  const { command, uri, source } = request;
  return source === undefined ? `${command} ${uri}` : `${command} ${source} to ${uri}`;
}

const SHOWN = 60;

function shortened(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
