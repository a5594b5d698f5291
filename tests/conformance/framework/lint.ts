/** Messages held against the table of rules that `grove inspect` shows and no engine reads. */
import {
  type DecodedMessage,
  type Finding,
  findingText,
  type LintContext,
  lintMessage,
} from '@grove/protocol';

/** What is not as the standard says; undefined = nothing. */
export function lintFault(
  decoded: DecodedMessage,
  context: LintContext,
  isMeant: (finding: Finding) => boolean = () => false,
): string | undefined {
  const [first, ...others] = lintMessage(decoded, context).filter((finding) => !isMeant(finding));
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return `${findingText(first)}${more} (${first.specification}, ${first.section})`;
}
