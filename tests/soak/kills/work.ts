/** Work that changes what is below a phone's MMS settings, whichever way. */
import { between, oneOf } from '../random.ts';

/** Settings of services that servers add: those of the factory have other names. */
const SERVICES = ['S0', 'S1', 'S2'];
const LEAVES = ['Name', 'Addr', 'CM', 'RM', 'MS'];

type Random = () => number;
type Work = (random: Random) => object[];

const serviceOf = (random: Random): string => `./MMS/${oneOf(random, SERVICES)}`;
const textOf = (random: Random): string =>
  oneOf(random, ['', 'é & <x>', `${random()}`, 'x'.repeat(between(random, 1, 3000))]);
const nodesOf = (random: Random): object[] =>
  LEAVES.filter(() => random() < 0.6).map((path) => ({
    path,
    value: path === 'MS' ? '600' : textOf(random),
  }));

const WORKS: readonly Work[] = [
  (random) => [
    {
      kind: 'converge',
      root: serviceOf(random),
      nodes: [
        { path: 'AppID', value: 'w4' },
        { path: 'Addr', value: textOf(random) },
        ...nodesOf(random),
      ].filter(
        (node, index, all) =>
          all.findIndex((other) => 'path' in other && 'path' in node && other.path === node.path) === index,
      ),
    },
  ],
  (random) => [{ kind: 'delete', uri: serviceOf(random) }],
  (random) => [
    { kind: 'replace', uri: `${serviceOf(random)}/${oneOf(random, LEAVES)}`, value: textOf(random) },
  ],
  (random) => [
    { kind: 'add', uri: `${serviceOf(random)}/Ext/${between(random, 1, 9)}`, value: textOf(random) },
    { kind: 'get', uri: serviceOf(random) },
  ],
  (random) => {
    const service = serviceOf(random);
    return [
      {
        kind: 'atomic',
        steps: [
          { kind: 'replace', uri: `${service}/Name`, value: textOf(random) },
          { kind: 'replace', uri: `${service}/${oneOf(random, LEAVES)}`, value: textOf(random) },
        ],
      },
    ];
  },
  (random) => [
    {
      kind: 'sequence',
      steps: [
        { kind: 'replace', uri: `${serviceOf(random)}/Name`, value: textOf(random) },
        { kind: 'get', uri: serviceOf(random) },
      ],
    },
  ],
  (random) => [{ kind: 'list', uri: serviceOf(random), as: oneOf(random, ['Struct', 'StructData', 'TNDS']) }],
  (random) => [
    {
      kind: 'tree',
      uri: `${serviceOf(random)}/Ext/T${between(random, 1, 3)}`,
      mode: oneOf(random, ['add', 'replace']),
      nodes: [
        { path: 'a', value: textOf(random) },
        { path: 'b/c', value: textOf(random) },
      ],
    },
  ],
  // Larger than a message of the phones.
  (random) => [
    {
      kind: 'add',
      uri: `${serviceOf(random)}/Ext/Large${between(random, 1, 3)}`,
      value: oneOf(random, ['x', 'é']).repeat(between(random, 60_000, 200_000)),
    },
  ],
  () => [{ kind: 'exec', uri: './Vendor/Grove/Diagnostics/Run', await: { seconds: 600 } }],
];

/** Steps of a task. */
export function someWork(random: Random): object[] {
  return oneOf(random, WORKS)(random);
}
