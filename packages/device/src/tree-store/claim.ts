/** Whose a device is: processes of one machine tell each other by a file beside its record. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';

/** A process, as the file names it. */
interface Holder {
  readonly pid: number;
  /** When it was started, where the system tells: numbers of processes are given again. */
  readonly started?: string | undefined;
}

/** Times that a file is tried for which changes hands meanwhile. */
const TRIES = 10;

/**
 * Takes a device for this process. A file of a process that is gone counts for nothing.
 *
 * @param path of the file; its folder must be there.
 * @returns the number of the process that has it; undefined = it is this one.
 */
export async function claim(path: string): Promise<number | undefined> {
  const own: Holder = { pid: process.pid, started: await startOf(process.pid) };
  const beside = `${path}.${process.pid}-${randomUUID()}`;
  await writeFile(beside, JSON.stringify(own), { mode: 0o600 });
  let holder: Holder | undefined;
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (await isDone(link(beside, path), 'EEXIST')) return undefined;
      const text = await read(path);
      if (text === undefined) continue;
      holder = holderIn(text);
      if (holder?.pid === own.pid && holder.started === own.started) return undefined;
      if (holder !== undefined && (await isThere(holder))) return holder.pid;
      await retire(path, text, `${beside}.gone`);
    }
  } finally {
    await unlink(beside);
  }
  return holder?.pid ?? 0;
}

/** Gives a device free that this process has claimed. */
export async function release(path: string): Promise<void> {
  await isDone(unlink(path), 'ENOENT');
}

/** Takes a file away, unless it is another one by now. */
async function retire(path: string, text: string, aside: string): Promise<void> {
  if (!(await isDone(rename(path, aside), 'ENOENT'))) return;
  if ((await read(aside)) !== text) await isDone(link(aside, path), 'EEXIST');
  await unlink(aside);
}

async function isThere({ pid, started }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Any other failure is about a process that is there and another user's.
    if (codeOf(error) === 'ESRCH') return false;
  }
  return (await startOf(pid)) === started;
}

/** The field `starttime` in Linux's `/proc/PID/stat`, behind the name, which may hold anything. */
const START = 19;

async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START];
}

function holderIn(text: string): Holder | undefined {
  try {
    const { pid, started } = JSON.parse(text);
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether it was done; false when it failed for the reason that is expected. */
async function isDone(work: Promise<void>, expected: string): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (codeOf(error) === expected) return false;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
