import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addStepOptions, splitAssignment } from './steps.ts';

function stepsOf(...args: string[]) {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  const steps = addStepOptions(command);
  command.parse(args, { from: 'user' });
  return steps;
}

test('steps keep the order in which the options stand', () => {
  expect(stepsOf('--replace', './A=1', '--get', './B', '--replace', './C=2', '--copy', './C=./D')).toEqual([
    { kind: 'replace', uri: './A', value: '1' },
    { kind: 'get', uri: './B' },
    { kind: 'replace', uri: './C', value: '2' },
    { kind: 'copy', uri: './C', to: './D' },
  ]);
});

test('format and type belong to the step before', () => {
  expect(
    stepsOf('--add', './A', '--add', './A/N=7', '--format', 'int', '--exec', './R=x', '--type', 'text/x'),
  ).toEqual([
    { kind: 'add', uri: './A', format: 'node' },
    { kind: 'add', uri: './A/N', value: '7', format: 'int' },
    { kind: 'exec', uri: './R', value: 'x', type: 'text/x' },
  ]);
  expect(() => stepsOf('--format', 'int')).toThrow(/after a --replace/);
  expect(() => stepsOf('--get', './A', '--format', 'int')).toThrow(/after a --replace/);
});

test('an outcome is awaited of the Exec before, and questions are steps as well', () => {
  expect(stepsOf('--confirm', 'Now?', '--exec', './R', '--await', '60', '--list', './A')).toEqual([
    { kind: 'ask', question: { kind: 'confirm', text: 'Now?' } },
    { kind: 'exec', uri: './R', await: { seconds: 60 } },
    { kind: 'list', uri: './A', as: 'StructData' },
  ]);
  expect(() => stepsOf('--get', './A', '--await', '60')).toThrow(/after an --exec/);
});

test.each([
  ['./A/B=', './A/B', ''],
  ['./A=b=c', './A', 'b=c'],
  ['./A', './A', undefined],
  ['./A?prop=ACL', './A?prop=ACL', undefined],
  ['./A?prop=ACL=Get=*&Replace=s', './A?prop=ACL', 'Get=*&Replace=s'],
  ['./A=one\ntwo?x=y', './A', 'one\ntwo?x=y'],
])('%j is parted at the right place', (text, uri, value) => {
  expect(splitAssignment(text)).toEqual({ uri, value });
});

test('a content is the value of the step before', () => {
  expect(stepsOf('--replace', './A', '--content', '7', '--add', './B', '--content', '8')).toEqual([
    { kind: 'replace', uri: './A', content: 7 },
    { kind: 'add', uri: './B', content: 8 },
  ]);
  expect(() => stepsOf('--replace', './A', '--content', 'x')).toThrow(/whole number/);
  expect(() => stepsOf('--get', './A', '--content', '7')).toThrow(/after a --replace/);
});

test('a value without its node, and a copy without its target, are refused', () => {
  expect(() => stepsOf('--replace', '=1')).toThrow(/Expected a URI/);
  expect(() => stepsOf('--copy', './A')).toThrow(/Expected FROM=TO/);
});
