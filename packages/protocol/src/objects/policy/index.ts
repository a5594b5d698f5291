/**
 * Policy: what an enterprise asks of a device. Grove's own object, on its virtual phones. Each authority has an instance
 * of its own, so that taking it away takes away what that authority has set and nothing else; where several say
 * something of the same matter, the strictest holds.
 */
import { branchNodes } from '../branch.ts';
import { interior, leaf, MANAGE } from '../describe.ts';
import { count, type Fields, fieldNodes, flag, readFields, text, word } from '../fields.ts';
import { childUri, instanceNode, type ManagementObject, type NodeValue, type TreeReader } from '../object.ts';

const URN = 'com.example.grove/1.0/Policy';

export const POLICY_URI = './Vendor/Grove/Policy';

/** What a password must be made of, the weakest first. */
export const PASSWORD_QUALITIES = ['any', 'numeric', 'alphanumeric', 'complex'] as const;
export type PasswordQuality = (typeof PASSWORD_QUALITIES)[number];

export const POLICY_OBJECT: ManagementObject = {
  urn: URN,
  title: 'Policies',
  ddf: interior(
    undefined,
    MANAGE,
    'ZeroOrMore',
    'The policy of one authority',
    [
      leaf('Name', MANAGE, 'ZeroOrOne', 'Name to show', 'chr', { allowed: { maxLen: 64 } }),
      interior('Password', MANAGE, 'ZeroOrOne', 'What unlocks the device', [
        leaf('Required', MANAGE, 'ZeroOrOne', 'Whether there must be one', 'bool'),
        leaf('MinLength', MANAGE, 'ZeroOrOne', 'Fewest characters', 'int', {
          allowed: { least: 0, most: 16 },
        }),
        leaf('Quality', MANAGE, 'ZeroOrOne', 'What it must be made of', 'chr', {
          allowed: { values: PASSWORD_QUALITIES },
        }),
        leaf('MaxAttempts', MANAGE, 'ZeroOrOne', 'Wrong ones before the device is wiped; 0 = any', 'int', {
          allowed: { least: 0, most: 100 },
        }),
      ]),
      leaf('MaxIdle', MANAGE, 'ZeroOrOne', 'Seconds after which the device locks itself; 0 = never', 'int', {
        allowed: { least: 0, most: 3600 },
      }),
      leaf('Camera', MANAGE, 'ZeroOrOne', 'Whether the camera may be used', 'bool'),
      leaf('Encryption', MANAGE, 'ZeroOrOne', 'Whether storage must be encrypted', 'bool'),
      leaf('Roaming', MANAGE, 'ZeroOrOne', 'Whether data may be used abroad', 'bool'),
    ],
    { path: POLICY_URI, types: [URN] },
  ),
};

/** What an authority asks of a device. What is not said is left to the user and to other authorities. */
export interface DevicePolicy {
  /** Name to show. */
  readonly name?: string | undefined;
  readonly passwordRequired?: boolean | undefined;
  /** Fewest characters of a password, 0…16. */
  readonly minLength?: number | undefined;
  readonly quality?: PasswordQuality | undefined;
  /** Wrong passwords before the device is wiped; 0 = any number. */
  readonly maxAttempts?: number | undefined;
  /** Seconds after which the device locks itself; 0 = never. */
  readonly maxIdle?: number | undefined;
  /** Whether the camera may be used. */
  readonly camera?: boolean | undefined;
  /** Whether storage must be encrypted. */
  readonly encryption?: boolean | undefined;
  /** Whether data may be used abroad. */
  readonly roaming?: boolean | undefined;
}

const FIELDS: Fields<DevicePolicy> = {
  name: text('Name'),
  passwordRequired: flag('Password/Required'),
  minLength: count('Password/MinLength', 'int'),
  quality: word('Password/Quality', PASSWORD_QUALITIES),
  maxAttempts: count('Password/MaxAttempts', 'int'),
  maxIdle: count('MaxIdle', 'int'),
  camera: flag('Camera'),
  encryption: flag('Encryption'),
  roaming: flag('Roaming'),
};

/**
 * The nodes of a policy.
 *
 * @param root URI of the instance, `./Vendor/Grove/Policy/Enterprise`.
 */
export function policyNodes(root: string, policy: DevicePolicy): NodeValue[] {
  return [instanceNode(root, POLICY_OBJECT), ...branchNodes(root, fieldNodes(FIELDS, root, policy))];
}

/** A policy as far as it is known. */
export function readPolicy(root: string, tree: TreeReader): Partial<DevicePolicy> {
  return readFields(FIELDS, root, tree);
}

/** What holds on a device: of all its policies the strictest word on each matter. */
export function policyInForce(tree: TreeReader): Omit<DevicePolicy, 'name'> {
  return tree
    .children(POLICY_URI)
    .map((name) => readPolicy(childUri(POLICY_URI, name), tree))
    .reduce(stricter, {});
}

function stricter(one: Omit<DevicePolicy, 'name'>, { name: _, ...other }: DevicePolicy): typeof one {
  const either = (a?: boolean, b?: boolean) => (a === undefined ? b : a || (b ?? false));
  const both = (a?: boolean, b?: boolean) => (a === undefined ? b : a && (b ?? true));
  const most = (a?: number, b?: number) => (a === undefined ? b : Math.max(a, b ?? 0));
  /** 0 stands for no bound at all. */
  const least = (a?: number, b?: number) => (a ? (b ? Math.min(a, b) : a) : (b ?? a));
  const rank = (quality?: PasswordQuality) =>
    quality === undefined ? -1 : PASSWORD_QUALITIES.indexOf(quality);
  return {
    passwordRequired: either(one.passwordRequired, other.passwordRequired),
    minLength: most(one.minLength, other.minLength),
    quality: rank(other.quality) > rank(one.quality) ? other.quality : one.quality,
    maxAttempts: least(one.maxAttempts, other.maxAttempts),
    maxIdle: least(one.maxIdle, other.maxIdle),
    camera: both(one.camera, other.camera),
    encryption: either(one.encryption, other.encryption),
    roaming: both(one.roaming, other.roaming),
  };
}
