import type { ConvergeNode } from './step.ts';

/** Whether a reported value means what is wanted, whatever way the device writes it. */
export function sameValue(
  { format, value: wanted = '' }: Pick<ConvergeNode, 'format' | 'value'>,
  value: string,
): boolean {
  switch (format?.toLowerCase()) {
    case 'int':
    case 'float':
      return value.trim() !== '' && Number(value) === Number(wanted);
    case 'bool':
      return value.trim().toLowerCase() === wanted.trim().toLowerCase();
    case 'bin':
    case 'b64':
      return value.replace(/\s+/g, '') === wanted.replace(/\s+/g, '');
    default:
      return value === wanted;
  }
}
