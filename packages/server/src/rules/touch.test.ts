import { expect, it } from 'vitest';
import { readExpression } from '../expressions/index.ts';
import { concerns, isAt, rootOf, touchedBy } from './touch.ts';

const touched = touchedBy(
  readExpression(
    'model = "Birch 2" and (./MMS/*/Addr = "x" or count(./NAP/*) > 3) and not ./DevDetail/SwV exists',
  ),
);
const news = (nodes: string[], gone: string[] = [], info = false) => ({ nodes, gone, info });

it('says which paths an expression looks at, and whether it asks what the device says of itself', () => {
  expect(touched.info).toBe(true);
  expect(touched.paths.map(rootOf)).toEqual(['./MMS', './NAP', './DevDetail/SwV']);
  expect(touchedBy(readExpression('lastSeen > -7d'))).toEqual({ paths: [], info: false });
});

it.each([
  ['a node at a path', news(['./MMS/Operator/Addr']), true],
  ['a node below one', news(['./NAP/Internet/Addr']), true],
  ['a node above one', news(['./MMS/Operator']), false],
  ['another node', news(['./MMS/Operator/Name', './Proxy/1/Addr']), false],
  ['a node that is gone with what is below it', news([], ['./MMS']), true],
  ['another that is gone', news([], ['./MMS/Operator/Name']), false],
  ['another manufacturer, model or software', news([], [], true), true],
])('is concerned by %s: %#', (_, each, expected) => {
  expect(concerns(each, touched)).toBe(expected);
});

it('knows which nodes lie at a path', () => {
  const [path = []] = touched.paths;
  expect(isAt(path, './MMS/Operator/Addr')).toBe(true);
  expect(isAt(path, './MMS/Operator/Addr/x')).toBe(false);
  expect(isAt(path, '.')).toBe(false);
});
