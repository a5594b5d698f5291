import { inputFault, type Question } from '@grove/protocol';
import type { Asked } from './notice.ts';

/** What the user did about a question. JSON. */
export type Reaction =
  /** A display, or a notice that asks for nothing, was read. */
  | { readonly kind: 'read' }
  /** To a confirmation, or a notice that asks. */
  | { readonly kind: 'yes' }
  | { readonly kind: 'no' }
  /** To an input. */
  | { readonly kind: 'typed'; readonly text: string }
  /** To a choice, by numbers from 1: exactly one, or of a multiple choice any of them in any order. */
  | { readonly kind: 'chosen'; readonly choices: readonly number[] }
  /** To any question: it and what comes after it is not wanted. To a notice: not now. */
  | { readonly kind: 'cancelled' }
  /** Nobody will react, so there is no use in waiting. */
  | { readonly kind: 'silent' }
  /** There is no way to show this question, say because it is too long. */
  | { readonly kind: 'unshowable' }
  /** Questions of this kind cannot be asked at all. */
  | { readonly kind: 'unsupported' };

export type ReactionKind = Reaction['kind'];

/**
 * How a device asks its user. A user interface shows questions and tells what the user did; times, defaults and
 * statuses are the session's business.
 */
export interface UserInteraction {
  /**
   * Shows a question, or a notice, until the user has reacted.
   *
   * A reaction that {@link reactionFault} finds fault with is not taken: the user is to be told, and asked on. So is a
   * display to be left on the screen for its `minDisplay`.
   *
   * @param asked its `maxDisplay` says when the time will be over.
   * @param signal is aborted when nobody waits any more: the question is to be taken away, and what becomes of
   *   the promise does not matter.
   */
  ask(asked: Asked, signal: AbortSignal): Promise<Reaction>;
}

const FITTING: Readonly<Record<Asked['kind'], ReactionKind>> = {
  display: 'read',
  confirm: 'yes',
  input: 'typed',
  choice: 'chosen',
  choices: 'chosen',
  notice: 'yes',
};

/** Why a reaction is none to this question or notice, for the user; undefined when it is one. */
export function reactionFault(question: Asked, reaction: Reaction): string | undefined {
  const asks = question.kind !== 'notice' || question.asks;
  const fitting = asks ? FITTING[question.kind] : 'read';
  switch (reaction.kind) {
    case 'cancelled':
    case 'silent':
    case 'unshowable':
    case 'unsupported':
      return undefined;
    case 'no':
      return fitting === 'yes' ? undefined : `Expected ${fitting}, not no.`;
    default:
      if (reaction.kind !== fitting) return `Expected ${fitting}, not ${reaction.kind}.`;
  }
  if (question.kind === 'input' && reaction.kind === 'typed') return inputFault(question, reaction.text);
  if ((question.kind === 'choice' || question.kind === 'choices') && reaction.kind === 'chosen') {
    return choiceFault(question, reaction.choices);
  }
  return undefined;
}

function choiceFault(
  { kind, choices: offered }: Extract<Question, { kind: 'choice' | 'choices' }>,
  chosen: readonly number[],
): string | undefined {
  if (kind === 'choice' && chosen.length !== 1) return 'Expected one choice.';
  if (new Set(chosen).size !== chosen.length) return 'Expected each choice once.';
  const isThere = (number: number): boolean =>
    Number.isInteger(number) && number >= 1 && number <= offered.length;
  return chosen.every(isThere) ? undefined : `Expected numbers from 1 to ${offered.length}.`;
}
