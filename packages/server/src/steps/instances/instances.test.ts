import { DEVICE } from '@grove/protocol';
import { expect, it } from 'vitest';
import { checkSteps, type InstancesStep } from '../index.ts';
import { mmsDevice } from '../instance-state/tree.testing.ts';
import { converse } from '../simulate.testing.ts';

const mark = (uri: string) => [`Get ${uri}?prop=Active`, `Get ${uri}?prop=Default`, `Get ${uri}?prop=Locked`];
const QUERY: InstancesStep = { kind: 'instances', object: 'urn:oma:mo:oma-mms:1.0' };

it('finds the instances of an object, of whatever minor version, and asks each for its state', () => {
  const { tree, answer } = mmsDevice();
  tree.replace('./MMS/Two?prop=Active', { format: 'chr', type: 'text/plain', data: 'true' }, DEVICE);
  const { rounds, result } = converse(checkSteps([QUERY]), answer);
  expect(rounds).toEqual([['Get .?list=Struct'], [...mark('./MMS/One'), ...mark('./MMS/Two')]]);
  expect(result.state).toBe('succeeded');
  expect(result.results.map(({ uri, value }) => [uri, value])).toContainEqual([
    './MMS/Two?prop=Active',
    'true',
  ]);
  expect(result.results.some(({ uri = '' }) => uri.includes('?list='))).toBe(false);
});

it('asks for what may be an instance where no object is named, and takes it that some are none', () => {
  const { rounds, result } = converse([{ kind: 'instances', uri: './MMS' }], mmsDevice().answer);
  expect(rounds[0]).toEqual(['Get ./MMS?list=Struct']);
  expect(result.state).toBe('succeeded');
  const roots: InstancesStep = { kind: 'instances', roots: ['./MMS/One', './MMS'] };
  const known = converse(checkSteps([roots]), mmsDevice().answer);
  expect(known.rounds).toEqual([[...mark('./MMS/One'), ...mark('./MMS')]]);
  expect(known.result.state).toBe('succeeded');
});

it('takes it for an answer that the device does not have the properties', () => {
  const { answer } = mmsDevice({ instanceState: false });
  const { result } = converse([QUERY], answer);
  expect(result.state).toBe('succeeded');
  expect(result.results.every(({ status }) => status === 406)).toBe(true);
  expect(converse([QUERY], answer, { instanceState: false }).rounds).toEqual([['Get .?list=Struct']]);
});

it('fails where the tree cannot be listed', () => {
  const { result } = converse([{ ...QUERY, uri: './Nothing' }], mmsDevice().answer);
  expect(result.state).toBe('failed');
});
