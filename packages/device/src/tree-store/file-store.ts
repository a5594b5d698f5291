import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContentStore, fileContentStore } from '../content-store/index.ts';
import { claim, release } from './claim.ts';
import { DamagedRecordError, DeviceInUseError, type DeviceRecord, type DeviceStore } from './store.ts';

/** Version of the file's layout; a file with one that is not known is refused rather than misread. */
const LAYOUT = 2;

/** The layout before, in which sessions were kept otherwise: one that was cut short is forgotten. */
const FORMER_LAYOUT = 1;

export interface FileStoreOptions {
  /** Existing or to be made. */
  readonly directory: string;
  /**
   * Waits until the disk has the bytes, so that a record survives a power cut: true unless told. A
   * simulated fleet has no use for it.
   */
  readonly sync?: boolean;
  /** Bytes that the large values of one device may have together; 2 GiB unless told. */
  readonly capacity?: number;
}

/** Devices in files. */
export interface FileStore extends DeviceStore {
  /** Gives the devices free for other processes. What dies without it holds them no longer, either. */
  close(): Promise<void>;
}

/**
 * One JSON file per device, replaced as a whole: written beside, then renamed, so that whoever reads finds
 * the old record or the new one. Its large values are files in a directory beside it.
 *
 * A device belongs to one process at a time, from when it is first loaded or saved.
 */
export function fileStore({ directory, sync = true, capacity }: FileStoreOptions): FileStore {
  const claims = new Map<string, Promise<void>>();
  const contents = new Map<string, ContentStore>();
  let made: Promise<unknown> | undefined;
  let serial = 0;

  /** Makes sure that the device is this process's. */
  function claimed(devId: string): Promise<void> {
    const found = claims.get(devId) ?? claimFor(directory, devId);
    claims.set(devId, found);
    return found;
  }

  return {
    async load(devId) {
      const path = fileOf(directory, devId);
      if (!existsSync(path)) return undefined;
      await claimed(devId);
      return parse(await readFile(path, 'utf8'), devId, path);
    },

    async save(devId, record) {
      made ??= mkdir(directory, { recursive: true });
      await made;
      await claimed(devId);
      const path = fileOf(directory, devId);
      serial += 1;
      const beside = `${path}.${process.pid}-${serial}.tmp`;
      await write(beside, `${JSON.stringify({ layout: LAYOUT, devId, ...record })}\n`, sync);
      await rename(beside, path);
      if (sync) await syncDirectory(directory);
    },

    contents(devId) {
      const options = { sync, ...(capacity === undefined ? {} : { capacity }) };
      const found =
        contents.get(devId) ??
        fileContentStore({ directory: join(directory, `${nameOf(devId)}.contents`), ...options });
      contents.set(devId, found);
      return found;
    },

    async close() {
      const held = [...claims];
      claims.clear();
      for (const [devId, claiming] of held) {
        const isOurs = await claiming.then(
          () => true,
          () => false,
        );
        if (isOurs) await release(lockOf(directory, devId));
      }
    },
  };
}

async function claimFor(directory: string, devId: string): Promise<void> {
  const path = lockOf(directory, devId);
  const holder = await claim(path);
  if (holder === undefined) return;
  throw new DeviceInUseError(`${devId} in ${directory} is in use by process ${holder} (${path})`);
}

function fileOf(directory: string, devId: string): string {
  return join(directory, `${nameOf(devId)}.json`);
}

function lockOf(directory: string, devId: string): string {
  return join(directory, `${nameOf(devId)}.lock`);
}

/** A DevId may hold anything; what is no letter, digit, `-` or `.` is percent-encoded. */
function nameOf(devId: string): string {
  return encodeURIComponent(devId).replaceAll('*', '%2A');
}

async function write(path: string, text: string, sync: boolean): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    if (sync) await file.datasync();
  } finally {
    await file.close();
  }
}

/** Makes a rename last. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function parse(text: string, devId: string, path: string): DeviceRecord {
  const damaged = (what: string): DamagedRecordError => new DamagedRecordError(`${path}: ${what}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || value === null) throw damaged('expected a JSON object');
  const record = value as Partial<Record<string, unknown>>;
  if (record.layout !== LAYOUT && record.layout !== FORMER_LAYOUT) {
    throw damaged(`layout is ${JSON.stringify(record.layout)}; expected ${LAYOUT} or ${FORMER_LAYOUT}`);
  }
  if (record.devId !== devId) {
    throw damaged(`devId is ${JSON.stringify(record.devId)}; expected ${JSON.stringify(devId)}`);
  }
  if (typeof record.tree !== 'object' || record.tree === null) throw damaged('tree is missing');
  const session = record.layout === LAYOUT ? record.session : undefined;
  const { tree, alerts, notifications } = record;
  return { tree, session, alerts, notifications } as DeviceRecord;
}
