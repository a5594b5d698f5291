/** What enterprises ask of the phone, in words. */
import { type DevicePolicy, policyInForce, type TypedTreeReader } from '@grove/protocol';

type Matter = (policy: Omit<DevicePolicy, 'name'>) => string | false | undefined;

const MATTERS: readonly Matter[] = [
  ({ passwordRequired, minLength = 0, quality }) => {
    if (passwordRequired !== true) return undefined;
    const length = minLength > 0 ? ` of ${minLength} characters` : '';
    return `${quality === undefined || quality === 'any' ? 'a' : `a ${quality}`} password${length}`;
  },
  ({ maxAttempts = 0 }) => maxAttempts > 0 && `wiped after ${maxAttempts} wrong passwords`,
  ({ maxIdle = 0 }) => maxIdle > 0 && `locked after ${maxIdle} seconds`,
  ({ camera }) => camera === false && 'no camera',
  ({ encryption }) => encryption === true && 'encrypted storage',
  ({ roaming }) => roaming === false && 'no data abroad',
];

/** The policy in force, such as `a password of 8 characters, no camera`. */
export function policyInWords(tree: TypedTreeReader): string {
  const policy = policyInForce(tree);
  const asked = MATTERS.flatMap((matter) => matter(policy) || []);
  return asked.length === 0 ? 'nothing is asked' : asked.join(', ');
}
