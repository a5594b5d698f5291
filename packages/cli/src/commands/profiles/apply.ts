import type { Command } from 'commander';
import { type Api, ApiError, type Profile, segment } from '../../api/index.ts';
import { printable } from '../../output/index.ts';
import { UsageError } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { readDocument } from '../documents.ts';

export function defineApply(parent: Command): void {
  defineCall<{ file: string }>(parent, {
    usage: 'apply',
    summary: 'create a profile from a file, or give it a new version if it differs',
    examples: ['grove profiles apply -f mms.yaml'],
    remarks: [
      'The file says, in YAML or JSON, what devices should have below one node:',
      '',
      '  name: mms',
      '  root: ./Setting/MMS',
      '  nodes:',
      '    - { path: MMSC, value: "http://mms.example.com/" }',
      '    - { path: MaxSize, value: "300", format: int }',
    ].join('\n'),
    options: (command) => command.requiredOption('-f, --file <file>', 'the file; - is standard input'),
    async run(api, _args, { file }) {
      const { name, document } = readProfile(file);
      const { profile, change } = await applyProfile(api, name, document);
      return {
        json: profile,
        lines: () => [`Profile ${printable(profile.name)} ${CHANGES[change]} ${profile.version}.`],
      };
    },
  });
}

const CHANGES = {
  created: 'is created, in version',
  updated: 'has got version',
  none: 'is like that already, in version',
} as const;

/** Creates a profile, or gives it a new version if it differs. */
export async function applyProfile(
  api: Api,
  name: string,
  document: unknown,
): Promise<{ profile: Profile; change: keyof typeof CHANGES }> {
  const before = await find(api, name);
  if (before === undefined) {
    return { profile: await api.post<Profile>('profiles', { name, document }), change: 'created' };
  }
  const profile = await api.put<Profile>(`profiles/${segment(name)}`, { document });
  return { profile, change: profile.version === before.version ? 'none' : 'updated' };
}

async function find(api: Api, name: string): Promise<Profile | undefined> {
  try {
    return await api.get<Profile>(`profiles/${segment(name)}`);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

function readProfile(file: string): { name: string; document: unknown } {
  const content = readDocument(file);
  if (
    typeof content !== 'object' ||
    content === null ||
    !('name' in content) ||
    typeof content.name !== 'string'
  ) {
    throw new UsageError(`${file}: expected an object with "name" and what devices should have`);
  }
  const { name, ...document } = content;
  return { name, document };
}
