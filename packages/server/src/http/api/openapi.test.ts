import type { Operation } from '@grove/api';
import Schema from 'typebox/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, openClient } from './client.testing.ts';

let client: Client;
let operations: { path: string; method: string; operation: Operation }[];
beforeAll(async () => {
  client = await openClient('sqlite::memory:');
  operations = Object.entries(client.description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
});
afterAll(() => client.close());

/** All `$ref`s in a value. */
function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    name === '$ref' && typeof one === 'string' ? [one] : referencesIn(one),
  );
}

it('describes the API in OpenAPI 3.1', () => {
  const { openapi, info, components } = client.description;
  expect(openapi).toBe('3.1.0');
  expect(info.version).toBe('1.2.3');
  expect(components).toMatchObject({ securitySchemes: { token: { type: 'http', scheme: 'bearer' } } });
  expect(operations.length).toBeGreaterThan(25);
});

it('names and explains every operation', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { operation } of operations) {
    expect(operation.operationId).toMatch(/^[a-z]\w+$/);
    expect(operation.summary).not.toBe('');
    expect(operation.tags).toHaveLength(1);
  }
});

/** Answers that are not, or not only, JSON. */
const OTHER_TYPES: Readonly<Record<string, string[]>> = {
  exportCampaign: ['text/csv'],
  downloadContent: ['*/*'],
  exportCompliance: ['text/csv'],
  exportDevices: ['text/csv'],
  listEvents: ['application/json', 'text/event-stream'],
};

/** Bodies that are not, or not only, of the type application/json. */
const TAKEN_TYPES: Readonly<Record<string, string[]>> = {
  importDevices: ['application/x-ndjson'],
  uploadContent: ['*/*'],
  changeSubscriber: ['application/json', 'application/merge-patch+json'],
};

it('describes every parameter, body and answer', () => {
  for (const { path, method, operation } of operations) {
    const { operationId, parameters = [], requestBody, responses } = operation;
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const described = parameters.filter((parameter) => parameter.in === 'path');
    expect(
      described.map(({ name }) => name),
      operationId,
    ).toEqual(inPath);
    expect(
      described.every(({ required }) => required === true),
      operationId,
    ).toBe(true);
    if (requestBody !== undefined) {
      expect(['post', 'put', 'patch']).toContain(method);
      const types = TAKEN_TYPES[operationId] ?? ['application/json'];
      expect(Object.keys(requestBody.content), operationId).toEqual(types);
    }
    const statuses = Object.keys(responses);
    expect(
      statuses.some((status) => status.startsWith('2')),
      operationId,
    ).toBe(true);
    expect(statuses, operationId).toContain('401');
    for (const [status, response] of Object.entries(responses)) {
      expect(response.description, operationId).toMatch(/^[A-Z](?!efault)/);
      const good = OTHER_TYPES[operationId] ?? ['application/json'];
      const types = status.startsWith('2') ? good : ['application/problem+json'];
      if (status !== '204')
        expect(Object.keys(response.content ?? {}), `${operationId} ${status}`).toEqual(types);
      else expect(response.content, operationId).toBeUndefined();
    }
  }
});

it('refers only to schemas that are there, and all schemas can be used', () => {
  const { components, paths } = client.description;
  const names = new Set(referencesIn({ paths, components }));
  for (const reference of names) {
    expect(reference).toMatch(/^#\/components\/schemas\/\w+$/);
    expect(components.schemas).toHaveProperty(reference.split('/').at(-1) as string);
  }
  expect(components.schemas).toHaveProperty('Step');
  for (const schema of Object.values(components.schemas)) {
    expect(() => Schema.Compile({ components, ...schema })).not.toThrow();
  }
});
