import type { ConvergeStep, Step } from '../../steps/index.ts';
import type { Options } from '../document/index.ts';
import type { RenderedFragment } from './fragment.ts';

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
  const steps = fragments.flatMap((fragment): Step[] => stepOf(fragment) ?? []);
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

function stepOf({ root, object, nodes }: RenderedFragment): [ConvergeStep] | undefined {
  const wanted = nodes.flatMap(({ path, policy, value, format, type }) => {
    if (policy !== 'enforce' || value === undefined) return [];
    const known = FORMATS.find((each) => each === format);
    return [
      {
        path,
        value,
        ...(known === undefined ? {} : { format: known }),
        ...(type === undefined ? {} : { type }),
      },
    ];
  });
  if (wanted.length === 0) return undefined;
  return [{ kind: 'converge', root, ...(object === undefined ? {} : { object }), nodes: wanted }];
}

const FORMATS = ['bin', 'b64', 'bool', 'chr', 'int', 'null', 'xml', 'date', 'time', 'float'] as const;
