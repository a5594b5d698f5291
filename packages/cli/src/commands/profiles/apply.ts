import type { Command } from 'commander';
import { type Api, ApiError, type Profile, segment } from '../../api/index.ts';
import { printable } from '../../output/index.ts';
import { defineCall, type Shown } from '../call.ts';
import { nameFor, readProfileFile } from './file.ts';

const REMARKS = [
  'The file says, in YAML or JSON, what devices should have; docs/profiles.md says all that may be in it:',
  '',
  '  name: mms',
  '  requires: [apn]',
  '  object: urn:oma:mo:oma-mms:1.3',
  '  instance: Operator',
  '  nodes:',
  '    - { path: Addr, value: "http://mms.example.com/" }',
  '    - { path: PrefConRef, value: "$' + '{profile.apn.uri}" }',
  '',
  'It may also be a serialized tree (TNDS), as XML or WBXML.',
].join('\n');

interface ApplyOptions {
  file: string;
  name?: string;
  comment?: string;
}

/** Adds `create`, `update` and `apply`, which does what of the two is needed. */
export function defineWrite(parent: Command): void {
  const options = (command: Command) =>
    command
      .requiredOption('-f, --file <file>', 'the file; - is standard input')
      .option('--name <name>', 'name of the profile, where the file does not say it')
      .option('--comment <text>', 'why this version is made');
  defineCall<ApplyOptions>(parent, {
    usage: 'create',
    summary: 'create a profile from a file',
    examples: ['grove profiles create -f mms.yaml', 'grove profiles create -f mms.xml --name mms'],
    remarks: REMARKS,
    options,
    async run(api, _args, { file, name: given, comment }) {
      const read = await readProfileFile(file);
      const name = nameFor(file, read, given);
      const profile = await api.post<Profile>('profiles', { name, ...read.content, comment });
      return shownAs(profile, 'created');
    },
  });
  defineCall<ApplyOptions>(parent, {
    usage: 'update',
    summary: 'give a profile a new version from a file',
    examples: ["grove profiles update -f mms.yaml --comment 'new proxy'"],
    options,
    async run(api, _args, { file, name: given, comment }) {
      const read = await readProfileFile(file);
      const path = `profiles/${segment(nameFor(file, read, given))}`;
      const before = await api.get<Profile>(path);
      const profile = await api.put<Profile>(path, { ...read.content, comment });
      return shownAs(profile, profile.version === before.version ? 'none' : 'updated');
    },
  });
  defineCall<ApplyOptions>(parent, {
    usage: 'apply',
    summary: 'create a profile from a file, or give it a new version if it differs',
    examples: ['grove profiles apply -f mms.yaml'],
    remarks: REMARKS,
    options,
    async run(api, _args, { file, name: given, comment }) {
      const read = await readProfileFile(file);
      const { profile, change } = await applyProfile(api, nameFor(file, read, given), {
        ...read.content,
        comment,
      });
      return shownAs(profile, change);
    },
  });
}

function shownAs(profile: Profile, change: keyof typeof CHANGES): Shown {
  return {
    json: profile,
    lines: () => [`Profile ${printable(profile.name)} ${CHANGES[change]} ${profile.version}.`],
  };
}

const CHANGES = {
  created: 'is created, in version',
  updated: 'has got version',
  none: 'is like that already, in version',
} as const;

/**
 * Creates a profile, or gives it a new version if it differs.
 *
 * @param content a document or a source, as the API takes it
 */
export async function applyProfile(
  api: Api,
  name: string,
  content: object,
): Promise<{ profile: Profile; change: keyof typeof CHANGES }> {
  const before = await find(api, name);
  if (before === undefined)
    return { profile: await api.post<Profile>('profiles', { name, ...content }), change: 'created' };
  const profile = await api.put<Profile>(`profiles/${segment(name)}`, content);
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
