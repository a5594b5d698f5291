/** Who refers to which content: what is referred to is kept. */
import { InvalidInput, type Problem } from '@grove/api';
import { isContentComplete, type Params, type Queries, statement } from '../store/index.ts';

/** What refers to a content. */
export type ContentUser =
  | { readonly kind: 'task'; readonly id: number }
  /** A campaign, by its steps; or what it came to on a device. */
  | { readonly kind: 'campaign'; readonly id: number; readonly deviceId?: number | undefined };

type Use = {
  content: number;
  task: number | null;
  campaign: number | null;
  device: number | null;
};

const insertUse = statement((q, p: Params<Use>) =>
  q.insertInto('content_uses').values({
    content_id: p('content'),
    task_id: p('task'),
    campaign_id: p('campaign'),
    device_id: p('device'),
  }),
);

/** Notes that something refers to a content. */
export async function useContent(db: Queries, content: number, user: ContentUser): Promise<void> {
  await insertUse.run(db, {
    content,
    task: user.kind === 'task' ? user.id : null,
    campaign: user.kind === 'campaign' ? user.id : null,
    device: user.kind === 'campaign' ? (user.deviceId ?? null) : null,
  });
}

/**
 * Notes which contents the steps of a task or campaign refer to.
 *
 * @throws {InvalidInput} naming each field, such as `steps/0/content`, that refers to none
 */
export async function useContents(db: Queries, steps: readonly object[], user: ContentUser): Promise<void> {
  const references = [...referencesIn(steps, 'steps')];
  const ids = new Set(references.map(({ content }) => content));
  if (ids.size === 0) return;
  const found = await db
    .selectFrom('contents')
    .select('id')
    .where('id', 'in', [...ids])
    .where(isContentComplete)
    .execute();
  const known = new Set(found.map(({ id }) => id));
  const problems = references
    .filter(({ content }) => !known.has(content))
    .map(({ field, content }): Problem => {
      return { field, value: content, expected: 'the id of a content that is there' };
    });
  if (problems.length > 0) throw new InvalidInput(problems);
  for (const id of ids) await useContent(db, id, user);
}

const unused = statement((q, p: Params<{ deviceId: number }>) =>
  q
    .selectFrom('contents')
    .select(({ fn }) => fn.sum<number | null>('size').as('bytes'))
    .where('device_id', '=', p('deviceId'))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('content_uses')
            .select('content_uses.id')
            .whereRef('content_uses.content_id', '=', 'contents.id'),
        ),
      ),
    ),
);

/** Bytes of a device's contents that no task or campaign has asked for, those included that are still to be deleted. */
export async function unaskedBytes(db: Queries, deviceId: number): Promise<number> {
  return (await unused.first(db, { deviceId }))?.bytes ?? 0;
}

/** Where steps, and steps within them, name a content. */
export function* referencesIn(value: unknown, field: string): Iterable<{ field: string; content: number }> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, each] of Object.entries(value)) {
    const place = `${field}/${name}`;
    if (name === 'content' && typeof each === 'number') yield { field: place, content: each };
    else yield* referencesIn(each, place);
  }
}
