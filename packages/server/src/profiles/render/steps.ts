import { FORMATS } from '@grove/protocol';
import type { ConvergeStep, Step } from '../../steps/index.ts';
import type { Options } from '../document/index.ts';
import type { RenderedFragment, RenderedNode } from './fragment.ts';

/**
 * The steps that bring the fragments of one profile to a device, in their order.
 *
 * @param confirm what the user is asked before, if anything
 */
export function stepsOf(
  fragments: readonly RenderedFragment[],
  options: Options,
  confirm: string | undefined,
): Step[] {
  const steps = fragments.map((fragment): Step => stepOf(fragment, options));
  if (confirm === undefined || options.confirm === undefined || steps.length === 0) return steps;
  const { minDisplay, maxDisplay, default: byDefault } = options.confirm;
  return [
    {
      kind: 'ask',
      question: {
        kind: 'confirm',
        text: confirm,
        ...(minDisplay === undefined ? {} : { minDisplay }),
        ...(maxDisplay === undefined ? {} : { maxDisplay }),
        ...(byDefault === undefined ? {} : { default: byDefault }),
      },
      steps,
    },
  ];
}

function stepOf({ root, object, nodes, state }: RenderedFragment, options: Options): ConvergeStep {
  const { reference, unsupported, ...marks } = state ?? {};
  const { unconditional, verify, atomic } = options;
  return {
    kind: 'converge',
    root,
    ...(object === undefined ? {} : { object }),
    nodes: nodes.map(nodeOf),
    ...(Object.keys(marks).length === 0 ? {} : { state: marks }),
    ...(reference === undefined ? {} : { reference }),
    ...(unsupported === undefined ? {} : { unsupported }),
    ...(unconditional === undefined ? {} : { unconditional }),
    ...(verify === undefined ? {} : { verify }),
    ...(atomic === undefined ? {} : { atomic }),
  };
}

function nodeOf({ path, policy, value, format, type, secret }: RenderedNode): ConvergeStep['nodes'][number] {
  const known = FORMATS.find((each) => each === format);
  return {
    path,
    ...(value === undefined ? {} : { value }),
    ...(known === undefined ? {} : { format: known }),
    ...(type === undefined ? {} : { type }),
    ...(secret && value !== undefined ? { secret } : {}),
    ...(policy === 'enforce' ? {} : { policy }),
    ...(secret ? { secret } : {}),
  };
}
