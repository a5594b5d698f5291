import { DEVICE, isStored, type ManagementTree } from '@grove/protocol';
import type { Outbox } from '../alerts/index.ts';
import type { ContentStore } from '../content-store/index.ts';
import type { NotificationMemory } from '../notification/index.ts';
import { contentsOf, type SessionState } from '../session/index.ts';
import type { DeviceRecord, DeviceStore } from '../tree-store/index.ts';

/** What a phone consists of. */
export interface Kept {
  readonly devId: string;
  readonly tree: ManagementTree;
  readonly outbox: Outbox;
  readonly notifications: NotificationMemory;
  readonly contents: ContentStore;
  readonly store: DeviceStore | undefined;
  /** As it is stored; undefined = it never was. */
  readonly record: DeviceRecord | undefined;
}

/** Stores a phone, and throws away the large values that nothing refers to any more. */
export class Keeper {
  readonly #kept: Kept;
  /** What is stored or about to be; undefined = nothing ever is. */
  #stored: DeviceRecord | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** What was referred to when contents were last thrown away. */
  #swept: { readonly revision: number; readonly session: string } | undefined;

  constructor(kept: Kept) {
    this.#kept = kept;
    if (kept.store !== undefined) this.#stored = kept.record ?? { tree: kept.tree.snapshot() };
  }

  /** Resolves once the phone is stored. */
  async save(session: SessionState | undefined): Promise<void> {
    const { tree, outbox, notifications, store } = this.#kept;
    if (store !== undefined) {
      await this.#store({
        tree: tree.snapshot(),
        session,
        alerts: outbox.alerts,
        notifications: notifications.record,
      });
    }
    await this.#sweep(session);
  }

  /** Resolves once another state of the session is stored, with the rest as it was when that was stored last. */
  async saveSession(session: SessionState): Promise<void> {
    if (this.#stored !== undefined) await this.#store({ ...this.#stored, session });
  }

  /** The same for notifications, which come whenever they like: also in the middle of a message. */
  async saveNotifications(): Promise<void> {
    const notifications = this.#kept.notifications.record;
    if (this.#stored !== undefined) await this.#store({ ...this.#stored, notifications });
  }

  /** One after the other, so that none is overtaken by an older one. */
  #store(record: DeviceRecord): Promise<void> {
    const { devId, store } = this.#kept;
    this.#stored = record;
    const stored = this.#last.then(() => store?.save(devId, record));
    this.#last = stored.catch(() => {});
    return stored;
  }

  /** Only what is stored counts: a phone that dies here must find what its record refers to. */
  async #sweep(session: SessionState | undefined): Promise<void> {
    const { tree, contents } = this.#kept;
    if ((await contents.free()) >= contents.capacity) return;
    const ofSession = session === undefined ? [] : contentsOf(session);
    const now = { revision: tree.revision, session: ofSession.join() };
    if (this.#swept?.revision === now.revision && this.#swept.session === now.session) return;
    const needed = new Set(ofSession);
    for (const { data } of tree.list('.', DEVICE)) {
      if (data !== undefined && isStored(data)) needed.add(data.stored);
    }
    await contents.retain(needed);
    this.#swept = now;
  }
}
